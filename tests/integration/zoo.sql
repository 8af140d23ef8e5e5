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

-- More partitions: hash below list below range; rows in every leaf, a key from outside and one to outside.
CREATE TABLE deep (region text NOT NULL, k int NOT NULL, at date NOT NULL, note text, PRIMARY KEY (region, k, at)) PARTITION BY RANGE (at);
CREATE TABLE deep_old PARTITION OF deep FOR VALUES FROM (MINVALUE) TO ('2020-01-01');
CREATE TABLE deep_new PARTITION OF deep FOR VALUES FROM ('2020-01-01') TO (MAXVALUE) PARTITION BY LIST (region);
CREATE TABLE deep_new_eu PARTITION OF deep_new FOR VALUES IN ('it''s', 'EU') PARTITION BY HASH (k);
CREATE TABLE deep_new_eu_0 PARTITION OF deep_new_eu FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE deep_new_eu_1 (gone int, at date NOT NULL, note text, k int NOT NULL, region text NOT NULL);
ALTER TABLE deep_new_eu_1 DROP COLUMN gone;
ALTER TABLE deep_new_eu ATTACH PARTITION deep_new_eu_1 FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE TABLE deep_new_rest PARTITION OF deep_new DEFAULT;
INSERT INTO deep SELECT (ARRAY['it''s', 'EU', 'US'])[i % 3 + 1], i, date '2019-12-01' + i, 'n' || i FROM generate_series(1, 90) i;
ALTER TABLE deep ADD COLUMN later int GENERATED ALWAYS AS (k + 1) STORED;
CREATE TABLE refers_deep (region text, k int, at date, FOREIGN KEY (region, k, at) REFERENCES deep ON DELETE CASCADE DEFERRABLE);
INSERT INTO refers_deep SELECT region, k, at FROM deep WHERE k < 40;
CREATE TABLE kin (a int, b text DEFAULT 'mine');
CREATE TABLE grandchild (z int) INHERITS (child, kin);
INSERT INTO grandchild (t, extra, a, z) VALUES ('g', 'e', 7, 8);
ALTER TABLE child ADD CONSTRAINT has_text CHECK (t IS NOT NULL);
ALTER TABLE parent ADD CONSTRAINT only_here CHECK (id > 0) NO INHERIT;

-- Types that own other types.
CREATE EXTENSION cube SCHEMA "Sch ema";
CREATE EXTENSION ltree;
CREATE EXTENSION seg;
CREATE EXTENSION isn;
CREATE DOMAIN intlist AS int[] CHECK (array_length(VALUE, 1) < 10);
CREATE TYPE "Pair of ""pairs""" AS (one pair, two pair[], "dropped" text, l label);
ALTER TYPE "Pair of ""pairs""" DROP ATTRIBUTE "dropped";
CREATE DOMAIN pairdom AS "Pair of ""pairs""" CHECK ((VALUE).one IS NOT NULL);
CREATE TYPE pairrange AS RANGE (subtype = pair);
ALTER TYPE mood ADD VALUE 'between' BEFORE 'happy';
ALTER TYPE mood RENAME VALUE 'sad' TO 'Trau,rig';
CREATE TABLE owned_types (c "Sch ema".cube, lt ltree, sg seg, isb isbn13, il intlist, pp "Pair of ""pairs""", pd pairdom, pr pairrange,
  ha ext.hstore[], ca citext[], ba bytea[], ra int4range[], ja jsonb[], ma money[], xa xml[], ia interval[], da posint[], t2 text[][],
  whole kin, lo_ref oid, rp regprocedure, rt regtype[], tid tid, x8 xid8, snap pg_snapshot, bits bit(3)[], cc "char"[], na name[], tz timestamptz[]);
INSERT INTO owned_types VALUES ('(1,2),(3,4)', 'Top.Sub_1', '1.5 .. 2', '978-0-393-04002-9', '{1,2}',
  ROW(ROW(1, 'a,"(')::pair, ARRAY[ROW(2, NULL)::pair, NULL], 'lab'), ROW(ROW(1, E'\\')::pair, '{}', 'q'), '["(1,a)","(2,b)")',
  ARRAY['a=>"x,\"}"'::ext.hstore, NULL], '{A,b}', ARRAY['\x00ff'::bytea, ''], '{"[1,3)",empty}', ARRAY['{"a": [1, "\"}"]}'::jsonb],
  ARRAY['-1234567.89'::money, 0::money], ARRAY['<a b="c"/>'::xml], '{"-1 mons +2 days -03:04:05.678901",00:00:00}', '{1,2}', '{{"a,",NULL},{"{}","\""}}',
  ROW(1, 'row'), 70002, 'log_it()', '{int4,mood}', '(3,4)', '42', '10:20:10,14', ARRAY[B'101'], '{q,z}', '{n1,n2}', '{infinity,"0001-01-01 00:00:00 BC"}');
SET IntervalStyle = iso_8601;
CREATE TABLE extremes (n numeric(1000, 500), z numeric, f float8, d date, ts timestamp, tsz timestamptz, iv interval, iv2 interval day to second(2), t timetz, tm time);
INSERT INTO extremes VALUES (('1' || repeat('0', 499) || '.' || repeat('7', 500))::numeric, '-Infinity', '5e-324', '4713-01-01 BC', '294276-12-31 23:59:59.999999',
  '4714-11-24 00:00:00+00 BC', '-178000000 years', '1 day 02:03:04.567', '24:00:00-15:59:59', '24:00'), ('0.5', '1e-1000', '-Infinity', '5874897-12-31',
  'infinity', '-infinity', 'P-1Y2M-3DT-4H', NULL, NULL, '00:00'), (NULL, 'Infinity', 'NaN', '-infinity', NULL, NULL, NULL, NULL, NULL, NULL);
RESET IntervalStyle;

-- Names that are 63 bytes of two each; words of SQL; what a shell, a report or a log would take for something else.
CREATE TABLE "äöüäöüäöüäöüäöüäöüäöüäöüäöüäöüä" ("user" int, "$(touch /tmp/pwned)" text, "<script>alert(1)</script>" text, "%s%n{}" text, U&"new\000Aline" text, "ctid x" int);
INSERT INTO "äöüäöüäöüäöüäöüäöüäöüäöüäöüäöüä" VALUES (1, '`id`', '</td><script>', '{}%s', E'\n', 3);
CREATE INDEX "index; DROP TABLE x --" ON "äöüäöüäöüäöüäöüäöüäöüäöüäöüäöüä" ("user");
CREATE SCHEMA "pg-like"; CREATE SCHEMA empty_schema;
CREATE TABLE "pg-like"."select" ("from" int PRIMARY KEY, "where" int REFERENCES "pg-like"."select" DEFERRABLE INITIALLY DEFERRED);
INSERT INTO "pg-like"."select" VALUES (1, 2), (2, 1), (3, 3);
CREATE TABLE no_key (a int, b text);
INSERT INTO no_key SELECT 1, 'same' FROM generate_series(1, 50);

-- What must not run while rows are loaded, however it is switched on.
CREATE FUNCTION refuses() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN RAISE EXCEPTION 'a trigger fired'; END $f$;
CREATE TABLE guarded (id int GENERATED BY DEFAULT AS IDENTITY (START 10 INCREMENT 3), v int, ref int);
INSERT INTO guarded (v) VALUES (1), (2);
CREATE TRIGGER always_row BEFORE INSERT ON guarded FOR EACH ROW EXECUTE FUNCTION refuses();
CREATE TRIGGER always_statement BEFORE TRUNCATE OR INSERT ON guarded FOR EACH STATEMENT EXECUTE FUNCTION refuses();
ALTER TABLE guarded ENABLE ALWAYS TRIGGER always_row;
ALTER TABLE guarded ENABLE REPLICA TRIGGER always_statement;
CREATE CONSTRAINT TRIGGER at_the_end AFTER INSERT ON guarded DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuses();
CREATE TABLE ruled (a int);
INSERT INTO ruled VALUES (1), (2);
CREATE RULE nothing AS ON INSERT TO ruled DO INSTEAD NOTHING;
CREATE VIEW with_rules AS SELECT a FROM ruled;
CREATE RULE through AS ON INSERT TO with_rules DO INSTEAD INSERT INTO ruled VALUES (NEW.a);
CREATE TABLE forced (id int, owner text);
INSERT INTO forced VALUES (1, 'a'), (2, 'b');
ALTER TABLE forced ENABLE ROW LEVEL SECURITY;
ALTER TABLE forced FORCE ROW LEVEL SECURITY;
CREATE POLICY nobody ON forced AS RESTRICTIVE USING (false) WITH CHECK (false);

-- Functions that look names up; what is built on them; views over views in a circle of dependencies.
CREATE FUNCTION ext.twice(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1 * 2';
CREATE FUNCTION looks_up(int) RETURNS int LANGUAGE sql IMMUTABLE SET search_path = ext, pg_temp AS 'SELECT twice($1)';
CREATE FUNCTION atomic_body(x int) RETURNS int LANGUAGE sql IMMUTABLE RETURN ext.twice(x) + 1;
CREATE TABLE computed (a int CHECK (looks_up(a) > 0), b int GENERATED ALWAYS AS (looks_up(a)) STORED, c int DEFAULT atomic_body(4));
INSERT INTO computed (a) VALUES (1), (2);
CREATE INDEX computed_looks_up ON computed (looks_up(a)) INCLUDE (c);
CREATE INDEX computed_brin ON computed USING brin (a) WITH (pages_per_range = 4);
CREATE MATERIALIZED VIEW mv_third AS SELECT m.total, looks_up(1) AS l FROM mv_on_mv m WITH DATA;
CREATE VIEW keyed AS SELECT id, t, extra FROM child GROUP BY id, t, extra;
CREATE VIEW checked WITH (security_barrier) AS SELECT a FROM computed WHERE a > 0 WITH LOCAL CHECK OPTION;
CREATE MATERIALIZED VIEW mv_of_view AS SELECT * FROM checked;
CREATE FUNCTION two_out(OUT a int, OUT b pair) RETURNS SETOF record LANGUAGE sql AS 'SELECT 1, ROW(1, $$x$$)::pair';
CREATE PROCEDURE does_nothing(INOUT x int DEFAULT 1) LANGUAGE plpgsql AS $p$ BEGIN COMMIT; END $p$;
CREATE AGGREGATE sum_twice(int) (sfunc = int4pl, stype = int, initcond = '0');
CREATE FUNCTION pair_same(pair, pair) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT $1.a = $2.a';
CREATE OPERATOR === (leftarg = pair, rightarg = pair, function = pair_same, commutator = ===);
CREATE FUNCTION two_in(int) RETURNS pair LANGUAGE sql IMMUTABLE AS 'SELECT ROW($1, NULL)::public.pair';
CREATE CAST (int AS pair) WITH FUNCTION two_in(int) AS ASSIGNMENT;
CREATE TEXT SEARCH CONFIGURATION ext.plain (COPY = simple);
CREATE TABLE searchable (body text, tsv tsvector GENERATED ALWAYS AS (to_tsvector('ext.plain', body)) STORED);
INSERT INTO searchable VALUES ('Some words'), (NULL);
CREATE INDEX searchable_gin ON searchable USING gin (tsv) WITH (fastupdate = off);

-- Constraints in every state.
CREATE TABLE booking_later (room int, during tsrange, CONSTRAINT "no overlap" EXCLUDE USING gist (room WITH =, during WITH &&) WHERE (room > 0) DEFERRABLE INITIALLY DEFERRED);
INSERT INTO booking_later VALUES (1, '[2024-01-01,2024-01-02)'), (-1, '[2024-01-01,2024-01-02)'), (-1, '[2024-01-01,2024-01-02)');
CREATE TABLE nulls_once (a int, b int, UNIQUE NULLS NOT DISTINCT (a, b) INCLUDE (b), CONSTRAINT "pk ü" PRIMARY KEY (a) DEFERRABLE);
INSERT INTO nulls_once VALUES (1, NULL), (2, NULL);
CREATE TABLE triangle_a (id int PRIMARY KEY, c int);
CREATE TABLE triangle_b (id int PRIMARY KEY, a int REFERENCES triangle_a MATCH FULL ON UPDATE CASCADE);
CREATE TABLE triangle_c (id int PRIMARY KEY, b int REFERENCES triangle_b ON DELETE SET NULL);
ALTER TABLE triangle_a ADD FOREIGN KEY (c) REFERENCES triangle_c;
INSERT INTO triangle_a VALUES (1, NULL); INSERT INTO triangle_b VALUES (1, 1); INSERT INTO triangle_c VALUES (1, 1); UPDATE triangle_a SET c = 1;
CREATE COLLATION ext.no_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE TABLE collated (a text COLLATE ext.no_case UNIQUE, b text COLLATE "C", c citext);
INSERT INTO collated VALUES ('Straße', 'B', 'X'), ('b', 'a', 'x');
COMMENT ON LARGE OBJECT 70001 IS 'the contract of ''somebody''';
SELECT lo_from_bytea(70002, '');
ALTER EVENT TRIGGER watches ENABLE ALWAYS;

-- Types that the server knows nothing of but their functions (as PostGIS's): text only, with a binary form, with a
-- delimiter of their own and a modifier, fixed-length by value.
CREATE TYPE ext.opaque;
CREATE FUNCTION ext.opaque_in(cstring) RETURNS ext.opaque LANGUAGE internal IMMUTABLE STRICT AS 'byteain';
CREATE FUNCTION ext.opaque_out(ext.opaque) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'byteaout';
CREATE TYPE ext.opaque (input = ext.opaque_in, output = ext.opaque_out, internallength = variable, storage = extended);
CREATE TYPE opaque_wire;
CREATE FUNCTION opaque_wire_in(cstring) RETURNS opaque_wire LANGUAGE internal IMMUTABLE STRICT AS 'byteain';
CREATE FUNCTION opaque_wire_out(opaque_wire) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'byteaout';
CREATE FUNCTION opaque_wire_recv(internal) RETURNS opaque_wire LANGUAGE internal IMMUTABLE STRICT AS 'bytearecv';
CREATE FUNCTION opaque_wire_send(opaque_wire) RETURNS bytea LANGUAGE internal IMMUTABLE STRICT AS 'byteasend';
CREATE TYPE opaque_wire (input = opaque_wire_in, output = opaque_wire_out, receive = opaque_wire_recv, send = opaque_wire_send,
  internallength = variable, delimiter = ';', category = 'U', storage = external);
CREATE TYPE tiny;
CREATE FUNCTION tiny_in(cstring, oid, int) RETURNS tiny LANGUAGE internal IMMUTABLE STRICT AS 'int4in';
CREATE FUNCTION tiny_out(tiny) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int4out';
CREATE FUNCTION tiny_typmod_in(cstring[]) RETURNS int LANGUAGE internal IMMUTABLE STRICT AS 'bittypmodin';
CREATE TYPE tiny (input = tiny_in, output = tiny_out, typmod_in = tiny_typmod_in, internallength = 4, passedbyvalue, alignment = int4);
CREATE DOMAIN opaque_domain AS ext.opaque;
CREATE TABLE opaque_types (o ext.opaque, w opaque_wire, t tiny(7), oa ext.opaque[], wa opaque_wire[], ta tiny[], od opaque_domain, b box[]);
INSERT INTO opaque_types VALUES ('\x00ff', '\x5c', '-7', '{"\\x5c","\\x",NULL}', '{"\\x5c5c";NULL;"\\x2c3b"}', '{1,NULL}', '\x7b',
  '{(1,2),(0,1);(3,4),(1,1)}'), (NULL, NULL, NULL, '{}', NULL, NULL, NULL, '{}');

-- A column of every type that the server has, alone and as an array; what has a sample here has a value.
DO $$
DECLARE
  sample jsonb := jsonb_build_object('bool', 't', 'bytea', '\x00ff5c', 'char', '\', 'name', 'n', 'int8', '-9223372036854775808', 'int2', '-1',
    'int2vector', '1 2', 'int4', '2147483647', 'regproc', 'array_length', 'text', E'a\tb\\c\n{"}', 'oid', '4294967295', 'tid', '(1,2)', 'xid', '3', 'cid', '4',
    'oidvector', '5 6', 'json', '{"a" : [1,  null]}', 'xml', '<a>é&lt;</a>', 'xid8', '18446744073709551615', 'point', '(1e300,-0)',
    'lseg', '[(0,0),(1,1)]', 'path', '[(0,0),(1,1)]', 'box', '(2,2),(1,1)', 'polygon', '((0,0),(1,1))', 'line', '{1,2,3}')
    || jsonb_build_object('float4', '1e-45', 'float8', '-Infinity', 'circle', '<(0,0),5>', 'money', '-92233720368547758.08',
    'macaddr', '08:00:2b:01:02:03', 'inet', '::ffff:10.1.2.3/96', 'cidr', '2001:db8::/32', 'macaddr8', '08:00:2b:01:02:03:04:05',
    'aclitem', '=r/postgres', 'bpchar', '  x ', 'varchar', '', 'date', 'infinity', 'time', '24:00:00', 'timestamp', '294276-12-31 23:59:59.999999',
    'timestamptz', '4714-11-24 00:00:00+00 BC', 'interval', '-178000000 years 1.000001 s', 'timetz', '00:00:00+15:59', 'bit', '1', 'varbit', '0110',
    'numeric', '-0.00000000000000000001', 'refcursor', 'c', 'regprocedure', 'now()', 'regoper', '||/', 'regoperator', '!~~(text,text)')
    || jsonb_build_object('regclass', 'pg_class', 'regcollation', '"C"', 'regtype', 'integer[]', 'regrole', 'postgres', 'regnamespace', '"Sch ema"',
    'uuid', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 'pg_lsn', 'FFFFFFFF/FFFFFFFF', 'tsvector', '''a'':1A,2B ''b'''' \\''',
    'tsquery', '''a'':* & !''b'' <2> ''c''', 'regconfig', 'simple', 'regdictionary', 'simple', 'jsonb', '{"": "\u0001\\"}',
    'jsonpath', '$."a"[*] ? (@ > 1)', 'txid_snapshot', '10:20:10,14', 'pg_snapshot', '10:20:10,14', 'int4range', 'empty', 'numrange', '(,5.5]',
    'tsrange', '[-infinity,infinity)', 'tstzrange', '["2024-01-01 00:00:00+00",)', 'daterange', '[2024-01-01,)', 'int8range', '[1,2)',
    'int4multirange', '{}', 'nummultirange', '{(,1),[2,)}', 'tsmultirange', '{}', 'tstzmultirange', '{("2024-01-01 00:00:00+00",)}',
    'datemultirange', '{[2024-01-01,2024-01-03)}', 'int8multirange', '{[1,2),[5,6)}');
  defs text; vals text;
BEGIN
  SELECT string_agg(format('%I %s, %I %s', 'c_' || typname, format_type(oid, NULL), 'a_' || typname, format_type(typarray, NULL)), ', ' ORDER BY oid),
         string_agg(format('%1$L::%2$s, CASE WHEN %1$L::text IS NOT NULL THEN ARRAY[%1$L, NULL, %1$L]::%3$s END', sample ->> typname,
                           format_type(oid, NULL), format_type(typarray, NULL)), ', ' ORDER BY oid)
    INTO defs, vals
    FROM pg_type WHERE typnamespace = 'pg_catalog'::regnamespace AND typtype IN ('b', 'r', 'm') AND typarray <> 0;
  EXECUTE 'CREATE TABLE every_type (' || defs || ')';
  EXECUTE 'INSERT INTO every_type SELECT ' || vals;
  INSERT INTO every_type DEFAULT VALUES;
END $$;

-- Domains over what is not simple, enums as array and domain, a table of a type, types used in keys.
CREATE DOMAIN mood_domain AS mood CHECK (VALUE <> 'Trau,rig');
CREATE DOMAIN twice_domain AS posint CONSTRAINT "small ""one""" CHECK (VALUE < 1000) NOT NULL;
CREATE DOMAIN range_domain AS int4range CHECK (NOT isempty(VALUE));
CREATE DOMAIN json_domain AS jsonb CHECK (VALUE ? 'k');
CREATE TABLE of_domains (m mood_domain, ms mood_domain[], t twice_domain, r range_domain, j json_domain, js json_domain[], PRIMARY KEY (t));
INSERT INTO of_domains VALUES ('happy', '{happy,"it''s \"ok\""}', 5, '[1,2)', '{"k": 1}', ARRAY['{"k": "\"}"}'::jsonb]);
CREATE TYPE row_type AS (a int, b text, c numeric(5, 2)[]);
CREATE TABLE of_type OF row_type (a WITH OPTIONS PRIMARY KEY, b WITH OPTIONS DEFAULT 'd' CHECK (b <> ''));
INSERT INTO of_type VALUES (1, 'x', '{1.50,NULL}');
CREATE TABLE keyed_by_mood (m mood, u uuid, d date, PRIMARY KEY (m, u), UNIQUE (d) INCLUDE (u));
INSERT INTO keyed_by_mood VALUES ('happy', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '2024-01-01');

-- Sequences in every shape; identity with options of its own; a default that borrows another table's sequence.
CREATE SEQUENCE down AS smallint INCREMENT -3 MINVALUE -30 MAXVALUE -1 START -4 CACHE 5 CYCLE;
SELECT nextval('down'), nextval('down');
CREATE UNLOGGED SEQUENCE unlogged_seq MAXVALUE 7;
SELECT setval('unlogged_seq', 7);
CREATE SEQUENCE never_called START 99;
CREATE TABLE borrows (id int DEFAULT nextval('parent_id_seq'), big bigint GENERATED BY DEFAULT AS IDENTITY (INCREMENT 10 START 9223372036854775000));
INSERT INTO borrows (id) VALUES (1);
ALTER SEQUENCE never_called OWNED BY borrows.id;

-- Partitions once more: by an expression, by several columns, unlogged, in another schema, with a trigger, an index and a
-- default of their own, a column that the parent got later; an empty one, one that was detached.
CREATE TABLE by_expression (t text, k int DEFAULT 1) PARTITION BY LIST (lower(t));
CREATE TABLE "pg-like"."by expression a" PARTITION OF by_expression (k DEFAULT 2) FOR VALUES IN ('a', NULL);
CREATE UNLOGGED TABLE by_expression_rest PARTITION OF by_expression DEFAULT;
CREATE INDEX ON "pg-like"."by expression a" (k) WHERE k > 1;
INSERT INTO by_expression VALUES ('A'), (NULL), ('z');
CREATE TRIGGER own BEFORE INSERT ON by_expression_rest FOR EACH ROW EXECUTE FUNCTION refuses();
ALTER TABLE by_expression ADD COLUMN later text DEFAULT 'late';
CREATE TABLE by_two (a int, b text, c int, UNIQUE (a, b, c)) PARTITION BY RANGE (a, b);
CREATE TABLE by_two_1 PARTITION OF by_two FOR VALUES FROM (1, MINVALUE) TO (2, 'm');
CREATE TABLE by_two_2 PARTITION OF by_two FOR VALUES FROM (2, 'm') TO (5, MAXVALUE) PARTITION BY HASH (c);
CREATE TABLE by_two_2_0 PARTITION OF by_two_2 FOR VALUES WITH (MODULUS 1, REMAINDER 0);
CREATE TABLE by_two_empty PARTITION OF by_two FOR VALUES FROM (5, MAXVALUE) TO (8, '');
CREATE TABLE by_two_gone PARTITION OF by_two DEFAULT;
INSERT INTO by_two VALUES (1, 'x', 1), (2, 'a', 2), (2, 'n', 3), (4, 'z', NULL), (100, 'gone', 1);
ALTER TABLE by_two DETACH PARTITION by_two_gone;
CREATE TABLE refers_by_two (a int, b text, c int, FOREIGN KEY (a, b, c) REFERENCES by_two (a, b, c) ON DELETE SET NULL (c));
INSERT INTO refers_by_two VALUES (2, 'n', 3);
CREATE TABLE heirs (k int NOT NULL, v text DEFAULT 'x') WITH (fillfactor = 70, autovacuum_enabled = off, toast_tuple_target = 200);
CREATE TABLE heir_more (extra int[] DEFAULT '{1}', CHECK (k > 0)) INHERITS (heirs);
CREATE TABLE heir_dropped (k int NOT NULL, gone int, v text);
ALTER TABLE heir_dropped DROP COLUMN gone, INHERIT heirs;
INSERT INTO heirs VALUES (1); INSERT INTO heir_more (k) VALUES (2); INSERT INTO heir_dropped VALUES (3, 'joined later');

-- Columns whose past shows: dropped at either end, all dropped, added with a default that no row stores, storage and statistics.
CREATE TABLE all_dropped (a int, b text);
INSERT INTO all_dropped VALUES (1, 'x'), (2, 'y');
ALTER TABLE all_dropped DROP COLUMN a, DROP COLUMN b;
CREATE TABLE many_dropped (z int, a int, y text, b text, x int);
INSERT INTO many_dropped VALUES (1, 2, '3', '4', 5);
ALTER TABLE many_dropped DROP COLUMN z, DROP COLUMN y, DROP COLUMN x;
ALTER TABLE many_dropped ADD COLUMN c timestamptz NOT NULL DEFAULT '2024-01-01 00:00+00', ADD COLUMN d pair DEFAULT ROW(1, 'd'),
  ALTER COLUMN b SET STORAGE EXTERNAL, ALTER COLUMN b SET STATISTICS 0, ALTER COLUMN a SET (n_distinct = -0.5), ALTER COLUMN b TYPE varchar(7);
INSERT INTO many_dropped (a) VALUES (6);

-- Objects that only stand beside tables.
CREATE FOREIGN DATA WRAPPER nothing_behind;
CREATE TEXT SEARCH DICTIONARY ext.dict (TEMPLATE = simple, stopwords = 'english');
CREATE OPERATOR CLASS ext.pair_ops FOR TYPE int USING hash AS OPERATOR 1 =, FUNCTION 1 hashint4(int);
CREATE INDEX by_class ON no_key USING hash (a ext.pair_ops);
CREATE CONVERSION ext.conv FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
CREATE STATISTICS ext.expressions ON (a + 1), (lower(b)) FROM no_key;
CREATE RECURSIVE VIEW counts_up (n) AS VALUES (1) UNION ALL SELECT n + 1 FROM counts_up WHERE n < 5;
CREATE VIEW circle_a AS SELECT 1 AS x;
CREATE VIEW circle_b AS SELECT x FROM circle_a;
CREATE OR REPLACE VIEW circle_a AS SELECT 1 AS x WHERE EXISTS (SELECT FROM pg_class WHERE relname = 'circle_b');
CREATE VIEW invoker WITH (security_invoker) AS SELECT * FROM secured;
CREATE MATERIALIZED VIEW "mv ""odd""" (a, "b c") AS SELECT k, t FROM part WHERE k < 5 ORDER BY k DESC;
CREATE INDEX ON "mv ""odd""" ("b c" COLLATE "C" text_pattern_ops DESC NULLS LAST);
CREATE POLICY by_function ON forced FOR SELECT USING (looks_up(id) > 0 AND current_user <> 'nobody');
COMMENT ON CONSTRAINT "to b" ON cycle_a IS 'a ''key''';
COMMENT ON TRIGGER fires ON parent IS 'fires';
COMMENT ON SCHEMA "Sch ema" IS E'two\nlines';

-- In production nobody changes the schema: what refuses every change must not refuse ours. Nothing may come behind it.
CREATE FUNCTION refuses_ddl() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'the schema is frozen'; END $$;
CREATE EVENT TRIGGER frozen_drops ON sql_drop EXECUTE FUNCTION refuses_ddl();
CREATE EVENT TRIGGER frozen ON ddl_command_start EXECUTE FUNCTION refuses_ddl();
