--
-- PostgreSQL database dump
--

SET client_encoding = 'UTF8';
SELECT pg_catalog.set_config('search_path', '', false);
CREATE TYPE public.mood AS ENUM ('a', 'b');
CREATE TYPE public.pair AS (a integer, b text);
CREATE DOMAIN public.lab AS character varying(20) NOT NULL DEFAULT 'x'::character varying;
CREATE TABLE public.ir_module_module (id integer NOT NULL, name character varying, state character varying, latest_version character varying);
CREATE TABLE public.res_partner (
    id integer NOT NULL,
    name character varying(64) COLLATE "C" DEFAULT 'a,b'::character varying,
    "odd ""col" numeric(10,2)[],
    m public.mood, p public.pair, l public.lab,
    CONSTRAINT c CHECK (((name)::text <> ''::text))
)
PARTITION BY RANGE (id);
COMMENT ON COLUMN public.res_partner.name IS 'The name';
CREATE TABLE public.child (x integer) INHERITS (public.res_partner);
CREATE SEQUENCE public.s START WITH 1 INCREMENT BY 5;
COPY public.ir_module_module (id, name, state, latest_version) FROM stdin;
1	base	installed	17.0.1.3
2	crm	uninstalled	\N
\.

COPY public.res_partner (id, name) FROM stdin;
1	Ada\tB
\.

SELECT pg_catalog.setval('public.s', 42, true);
SELECT pg_catalog.lo_create('70001');
REFRESH MATERIALIZED VIEW public.mv;
ALTER TABLE ONLY public.res_partner
    ADD CONSTRAINT res_partner_pkey PRIMARY KEY (id);
CREATE UNIQUE INDEX u ON public.res_partner USING btree (lower((name)::text)) WHERE (id > 0);
ALTER TABLE ONLY public.res_partner ATTACH PARTITION public.child FOR VALUES FROM (1) TO (2);
CREATE FUNCTION public.f() RETURNS integer LANGUAGE sql BEGIN ATOMIC SELECT 1; END;
--
-- PostgreSQL database dump complete
--
