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
    CONSTRAINT c CHECK (((name)::tex