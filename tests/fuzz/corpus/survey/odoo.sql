COPY public.ir_model_fields (id, name, model, ttype, relation, related, translate, size, state, selectable, store) FROM stdin;
1	name	res.partner	char	\N	\N	f	64	base	t	t
\.
COPY public.res_country (id, code, name) FROM stdin;
1	DE	x
\.
COPY public.res_company (id, partner_id, name) FROM stdin;
1	3	x
\.
COPY public.res_users (id, partner_id, login) FROM stdin;
2	3	x
\.
COPY public.res_partner (id, country_id, lang) FROM stdin;
3	1	de_DE
\N	99999999999999999999	
\.
