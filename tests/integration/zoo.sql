-- Schemas that careless copying breaks: every kind of table, type, name and constraint that PostgreSQL allows and
-- a copy must carry over. No personal data: nothing here has a rule.
CREATE SCHEMA "Sch ema";
CREATE SCHEMA ext;
CREATE EXTENSION hstore SCHEMA ext;
CREATE EXTENSION citext;
CREATE EXTENSION unaccent;
ALTER FUNCTION unaccent(text) IMMUTABLE;
CREATE EXTENSION btree_gist;

CREATE TYPE mood AS ENUM ('sad', 'it''s "ok"', 'happy');
CREATE TYPE pair AS (a int, b text);
CREATE DOMAIN posint AS int CHECK (VALUE > 0);
CREATE DOMAIN label AS varchar(20) NOT NULL DEFAULT 'x';
CREATE TYPE floatrange AS RANGE (subtype = float8);

CREATE TABLE types (
  id int PRIMARY KEY, b bool, i2 smallint, i8 bigint, n numeric, f4 real, f8 double precision, m money,
  t text, v varchar(10), c char(5), nm name, ch "char", by bytea, d date, tm time, tz timetz, ts timestamp,
  tsz timestamptz, iv interval, u uuid, j json, jb jsonb, x xml, ip inet, ci cidr, mac macaddr, bt bit(5),
  vb varbit, pt point, poly polygon, tsv tsvector, tsq tsquery, e mood, p pair, dom posint, lab label,
  r int4range, fr floatrange, mr int4multirange, ia int[], ta text[], ea mood[], pa pair[], h ext.hstore,
  cit citext, rc regclass, lsn pg_lsn, oi oid, jp jsonpath);
INSERT INTO types VALUES (1, true, -32768, 9223372036854775807, 'NaN', 'Infinity', '-0', 12.34,
  E'tab\there\nnewline\\back \\N \\.', '\N', 'ab', 'name', 'q', '\x00ff5c', 'infinity', '23:59:59.999999',
  '12:00:00+02', '-infinity', '2024-02-29 12:00:00+00', '1 year -2 mons 3 days 04:05:06.7', 
  'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '{"a" :  1}', '{"b": "\u00e9"}', '<a>&amp;</a>', '192.168.0.1/24', '10.0.0.0/8',
  '08:00:2b:01:02:03', B'10101', B'1', '(1,2)', '((0,0),(1,1),(1,0))', 'a:1 b:2', 'a & b', 'it''s "ok"',
  '(1,"x,""y""")', 5, 'lab', '[1,5)', '[0.5,1.5]', '{[1,2),[5,6)}', '{1,NULL,3}', '{"a,b",NULL,"\"q\"","\\"}',
  '{happy,sad}', '{"(1,a)","(2,)"}', 'a=>1, "b c"=>NULL', 'CiText', 'pg_class', '0/16B3748', 42, '$.a[*]');
INSERT INTO types (id, lab) VALUES (2, 'n');
INSERT INTO types (id, t, v, lab) VALUES (3, '', '', 'e'), (4, U&'\+01F600 \2028 \202Eabc', '', 'u'), (5, repeat('x', 3000000), '', 'big');

CREATE TABLE "Sch ema"."Quo""ted; DROP TABLE types" ("Col ""umn" int, "select" text, "ünïcode" text);
INSERT INTO "Sch ema"."Quo""ted; DROP TABLE types" VALUES (1, 'a', 'é'), (NULL, NULL, NULL);
CREATE TABLE "a2345678901234567890123456789012345678901234567890123456789012b" (x int);
INSERT INTO "a2345678901234567890123456789012345678901234567890123456789012b" VALUES (1);
CREATE TABLE zero_columns ();
INSERT INTO zero_columns DEFAULT VALUES;
INSERT INTO zero_columns DEFAULT VALUES;
CREATE TABLE empty_table (a int, b text);
DO $$ BEGIN EXECUTE 'CREATE TABLE wide (' || (SELECT string_agg('c' || i || ' int', ',') FROM generate_series(1, 1600) i) || ')'; END $$;
INSERT INTO wide (c1, c800, c1600) VALUES (1, 2, 3);
CREATE TABLE dropped (a int, b text, c int);
ALTER TABLE dropped DROP COLUMN b;
ALTER TABLE dropped ADD COLUMN d text DEFAULT 'added';
INSERT INTO dropped (a, c) VALUES (1, 2);

CREATE TABLE generated (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a int, twice int GENERATED ALWAYS AS (a * 2) STORED);
INSERT INTO generated (a) SELECT generate_series(1, 100);
CREATE TABLE parent (id serial PRIMARY KEY, t text);
CREATE TABLE child (extra text) INHERITS (parent);
INSERT INTO parent (t) VALUES ('p1'), ('p2');
INSERT INTO child (t, extra) VALUES ('c1', 'x');
CREATE TABLE part (k int, t text, PRIMARY KEY (k)) PARTITION BY RANGE (k);
CREATE TABLE part_low PARTITION OF part FOR VALUES FROM (0) TO (10);
CREATE TABLE part_high PARTITION OF part FOR VALUES FROM (10) TO (100) PARTITION BY LIST (k);
CREATE TABLE part_high_a PARTITION OF part_high DEFAULT;
ALTER TABLE part_high DETACH PARTITION part_high_a;
DROP TABLE part_high_a;
CREATE TABLE part_high_other_order (t text, k int NOT NULL);
ALTER TABLE part_high ATTACH PARTITION part_high_other_order DEFAULT;
INSERT INTO part SELECT i, 'v' || i FROM generate_series(0, 99) i;
CREATE INDEX part_t ON part (t);
CREATE TABLE refers_part (k int REFERENCES part (k));
INSERT INTO refers_part VALUES (5), (50);
CREATE UNLOGGED TABLE unlogged (a int);
INSERT INTO unlogged VALUES (1);

CREATE TABLE cycle_a (id int PRIMARY KEY, b int);
CREATE TABLE cycle_b (id int PRIMARY KEY, a int REFERENCES cycle_a DEFERRABLE INITIALLY DEFERRED);
ALTER TABLE cycle_a ADD CONSTRAINT "to b" FOREIGN KEY (b) REFERENCES cycle_b;
BEGIN;
SET CONSTRAINTS ALL DEFERRED;
INSERT INTO cycle_b VALUES (1, 1);
INSERT INTO cycle_a VALUES (1, 1);
COMMIT;
CREATE TABLE broken (id int, v int);
INSERT INTO broken VALUES (99, -1);
ALTER TABLE broken ADD CONSTRAINT no_such FOREIGN KEY (id) REFERENCES cycle_a NOT VALID;
ALTER TABLE broken ADD CONSTRAINT positive CHECK (v > 0) NOT VALID;
CREATE TABLE booking (room int, during tsrange, EXCLUDE USING gist (room WITH =, during WITH &&));
INSERT INTO booking VALUES (1, '[2024-01-01,2024-01-02)'), (1, '[2024-01-02,2024-01-03)');
CREATE TABLE deferrable_unique (a int UNIQUE DEFERRABLE INITIALLY DEFERRED, b text UNIQUE, c int);
CREATE UNIQUE INDEX deferrable_lower ON deferrable_unique (lower(b)) WHERE c > 0;
CREATE INDEX deferrable_unaccent ON deferrable_unique (unaccent(b));
ALTER TABLE deferrable_unique REPLICA IDENTITY FULL;
ALTER TABLE deferrable_unique CLUSTER ON deferrable_unique_b_key;
CREATE STATISTICS stats_ext ON a, c FROM deferrable_unique;
ALTER TABLE deferrable_unique ALTER COLUMN c SET STATISTICS 500;
INSERT INTO deferrable_unique VALUES (1, 'Ä', 1), (2, 'b', 1);

CREATE TABLE log_rows (what text);
CREATE FUNCTION log_it() RETURNS trigger LANGUAGE plpgsql AS $f$
BEGIN
  INSERT INTO log_rows VALUES ('fired; -- Name: x; Type: TABLE');
  RETURN NEW;
END $f$;
CREATE TRIGGER fires AFTER INSERT ON parent FOR EACH ROW EXECUTE FUNCTION log_it();
CREATE TRIGGER never AFTER INSERT ON child FOR EACH ROW EXECUTE FUNCTION log_it();
ALTER TABLE child DISABLE TRIGGER never;
CREATE RULE protect AS ON DELETE TO log_rows DO INSTEAD NOTHING;
CREATE TABLE secured (id int, owner text);
INSERT INTO secured VALUES (1, 'a'), (2, 'b');
ALTER TABLE secured ENABLE ROW LEVEL SECURITY;
CREATE POLICY mine ON secured USING (owner = 'a');
CREATE VIEW over_types AS SELECT id, t FROM types WHERE b;
CREATE MATERIALIZED VIEW mv_base AS SELECT k, count(*) AS n FROM part GROUP BY k;
CREATE UNIQUE INDEX mv_base_k ON mv_base (k);
CREATE MATERIALIZED VIEW mv_on_mv AS SELECT sum(n) AS total FROM mv_base;
CREATE MATERIALIZED VIEW mv_not_filled AS SELECT 1 AS one WITH NO DATA;
CREATE FUNCTION on_ddl() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE 'ddl'; END $$;
CREATE EVENT TRIGGER watches ON ddl_command_end EXECUTE FUNCTION on_ddl();

CREATE SEQUENCE ir_sequence_007 INCREMENT BY 5;
SELECT nextval('ir_sequence_007'), nextval('ir_sequence_007');
CREATE SEQUENCE "Seq uence" START 42;
SELECT setval('ir_sequence_007', 1000, false);
COMMENT ON TABLE types IS E'it''s
--
-- Name: hostile; Type: TABLE; Schema: public; Owner: -
--
DROP TABLE parent;';
COMMENT ON COLUMN types.t IS 'a "text"';
SELECT lo_from_bytea(70001, 'large object bytes');
