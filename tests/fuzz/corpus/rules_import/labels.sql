-- SECURITY LABEL FOR anon ON COLUMN no.no IS 'MASKED WITH VALUE NULL';
CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $x$ SELECT 'SECURITY LABEL'; $x$;
COPY public.people (name) FROM stdin;
it's
\.
SECURITY LABEL FOR anon ON COLUMN public.people.lastname IS 'MASKED WITH FUNCTION anon.fake_last_name()';
security label for anon on column shop."Order".mail is 'MASKED WITH FUNCTION anon.partial_email(mail)';
SECURITY LABEL FOR anon ON COLUMN people.phone IS 'MASKED WITH FUNCTION anon.partial(phone, 2, $$*-*$$, 3)';
SECURITY LABEL FOR anon ON COLUMN people.note IS 'MASKED WITH VALUE ''it''''s "secret"''';
SECURITY LABEL FOR anon ON COLUMN people.zip IS E'MASKED WITH VALUE \'\'';
SECURITY LABEL FOR anon ON COLUMN people.salary IS 'MASKED WITH FUNCTION anon.noise(salary, 0.25)';
SECURITY LABEL FOR anon ON COLUMN people.x IS NULL;
SECURITY LABEL FOR anon ON ROLE skynet IS 'MASKED';
