/** What can be wrong with the options of servers: told before anything is connected to, and without a password. */

import { type BadInput, testBadInput } from "../support/bad_input.ts";

const POSTGRES_URL = "expected postgresql://USER@HOST:PORT/DATABASE";
const BROKERS = "expected HOST:PORT, several with a comma between";
const REGISTRY = "expected http://HOST:PORT or https://HOST:PORT";
const POSTGRES_HINT = "write --postgres-url postgresql://USER@HOST:PORT/DATABASE, and the password as PGPASSWORD";

const TABLE: readonly BadInput[] = [
  {
    kind: "URL of another database",
    args: "load --postgres-url mysql://ana:hunter2@h/d",
    error: `Cannot parse --postgres-url "mysql://***@h/d": ${POSTGRES_URL}`,
    hint: "begin it with postgresql://",
  },
  {
    kind: "URL without its slashes",
    args: "load --postgres-url postgres:hunter2@h",
    error: `Cannot parse --postgres-url "***@h": ${POSTGRES_URL}`,
    hint: "begin it with postgresql://",
  },
  {
    kind: "port of PostgreSQL out of range",
    args: "load --postgres-url postgresql://ana:hunter2@h:99999/d",
    error: "Cannot use the PostgreSQL URL's port: it must be a whole number from 1 to 65535",
    hint: POSTGRES_HINT,
  },
  {
    kind: "unknown setting in the URL",
    args: "load --to postgres --postgres-url postgresql://ana:hunter2@h/d?sslmod=require",
    error: 'Cannot use the PostgreSQL URL: unknown parameter "sslmod", which libpq does not have either',
    hint: POSTGRES_HINT,
  },
  {
    kind: "parameter that cannot be met, in the URL",
    args: "load --to postgres --postgres-url postgresql://ana:hunter2@h/d?channel_binding=require",
    error: 'Cannot use the PostgreSQL URL\'s channel_binding "require": logging in with channel binding is not ' +
      "supported here; sslmode=verify-full proves the server's identity",
    hint: "leave it away, or write disable or prefer",
  },
  {
    kind: "parameter that cannot be met, in the environment",
    args: "doctor --to postgres",
    environment: { PGTARGETSESSIONATTRS: "standby" },
    error: 'Cannot use PGTARGETSESSIONATTRS "standby": a load writes',
    hint: "leave it away, or write any or read-write or primary",
  },
  {
    kind: "schema that is named twice",
    args: "load --to postgres --postgres-schema lab --postgres-url postgresql://h/d?schema=bank",
    error: 'Cannot use --postgres-schema "lab" with a PostgreSQL URL that names another schema',
    hint: "name it once",
  },
  {
    kind: "schema in the URL that is none",
    args: "load --to postgres --postgres-url postgresql://h/d?schema=pg_x",
    error: 'Cannot use schema "pg_x": expected 1..63 letters, digits or "_", not beginning with a digit or "pg_"',
    hint: "write schema=public",
  },
  {
    kind: "variable of PostgreSQL that is wrong",
    args: "load --to postgres",
    environment: { PGPORT: "many" },
    error: "Cannot use PGPORT: it must be a whole number from 1 to 65535",
    hint: POSTGRES_HINT,
  },
  {
    kind: "URL in the environment that is none",
    args: "load",
    environment: { DATAGEN_POSTGRES_URL: "ana:hunter2@h" },
    error: `Cannot parse DATAGEN_POSTGRES_URL "***@h": ${POSTGRES_URL}`,
    hint: "begin it with postgresql://",
  },
  {
    kind: "URL behind --to",
    args: "load --to postgres://ana:hunter2@h/d",
    error:
      'Cannot use --to "postgres://***@h/d": expected sqlite:FILE, json:DIR, csv:DIR, parquet:DIR, json:-, console, postgres or kafka',
    hint: "write --to postgres, and where it is with --postgres-url URL",
  },
  {
    kind: "password of libpq's other form as an argument",
    args: "load password=hunter2",
    error: 'Cannot use "password=***": load takes no argument',
    hint: 'run "datagen load --help"',
  },
  {
    kind: "connection string that is half in quotes",
    args: "load --to postgres --postgres-url host=h,password='hunter2",
    error:
      "Cannot use the PostgreSQL connection string: expected name=value words with spaces between; write a value " +
      "with spaces as 'like this', with a backslash before ' and \\",
    hint: POSTGRES_HINT,
  },
  {
    kind: "URL as an argument",
    args: "load postgresql://ana:hunter2@h/d",
    error: 'Cannot use "postgresql://***@h/d": load takes no argument',
    hint: 'run "datagen load --help"',
  },
  {
    kind: "URL as an argument, with signs in its password that belong elsewhere",
    args: "load postgresql://u:pa/hun,ter'2@h/db",
    error: 'Cannot use "postgresql://***@h/db": load takes no argument',
    hint: 'run "datagen load --help"',
  },
  {
    kind: "URL as a command",
    args: "postgresql://u:hunter'2@h/db load",
    error: 'Cannot run "postgresql://***@h/db": there is no such command',
    hint: "the commands are load, show, info, sample, plan, schema, doctor, topics, reset, bench and completions",
  },
  {
    kind: "URL behind an option of another kind",
    args: "load --customers postgresql://u:hunter'2@h/db",
    error: 'Cannot parse --customers "postgresql://***@h/db": expected an integer in 1..90000000',
    hint: "write --customers 100",
  },
  {
    kind: "URL behind --to that is almost a file",
    args: "load --to u:hunter2@h.db",
    error:
      'Cannot use --to "***@h.db": expected sqlite:FILE, json:DIR, csv:DIR, parquet:DIR, json:-, console, postgres or kafka',
    hint: "write --to sqlite:datagen.sqlite",
  },
  {
    kind: "URL in the environment without a host",
    args: "load",
    environment: { DATAGEN_POSTGRES_URL: "postgres:u:pa,hunter2" },
    error: `Cannot parse DATAGEN_POSTGRES_URL "***": ${POSTGRES_URL}`,
    hint: "begin it with postgresql://",
  },
  {
    kind: "URL given twice",
    args: "load --postgres-url postgres://a:hunter2@h/d --postgres-url postgres://a:hunter3@h/d",
    error: "Cannot use --postgres-url twice: two different addresses were given",
    hint: "give --postgres-url once",
  },
  {
    kind: "broker without a port",
    args: "load --kafka-bootstrap localhost",
    error: `Cannot parse --kafka-bootstrap "localhost": ${BROKERS}`,
    hint: "write localhost:9092",
  },
  {
    kind: "broker with a scheme and without a port",
    args: "load",
    environment: { DATAGEN_KAFKA_BOOTSTRAP: "kafka://x" },
    error: `Cannot parse DATAGEN_KAFKA_BOOTSTRAP "kafka://x": ${BROKERS}`,
    hint: "write x:9092",
  },
  {
    kind: "broker with a scheme",
    args: "load --kafka-bootstrap PLAINTEXT://a:9092,b:9092",
    error: `Cannot parse --kafka-bootstrap "PLAINTEXT://a:9092,b:9092": ${BROKERS}`,
    hint: "write a:9092",
  },
  {
    kind: "port of a broker out of range",
    args: "load --kafka-bootstrap a:9092,b:90922",
    error: `Cannot use --kafka-bootstrap "a:9092,b:90922": ${BROKERS}`,
    hint: "a port is an integer in 1..65535",
  },
  {
    kind: "list of brokers that ends in a comma",
    args: "load --kafka-bootstrap a:9092,",
    error: `Cannot parse --kafka-bootstrap "a:9092,": ${BROKERS}`,
    hint: "write --kafka-bootstrap localhost:9092",
  },
  {
    kind: "registry without a scheme",
    args: "load --schema-registry localhost:8081",
    error: `Cannot parse --schema-registry "localhost:8081": ${REGISTRY}`,
    hint: "write http://localhost:8081",
  },
  {
    kind: "port of the registry out of range",
    args: "load --schema-registry http://ana:hunter2@h:70000",
    error: `Cannot use --schema-registry "http://***@h:70000": ${REGISTRY}`,
    hint: "a port is an integer in 1..65535",
  },
  {
    kind: "registry's user without a password",
    args: "load --to kafka",
    environment: { SCHEMA_REGISTRY_BASIC_AUTH_USER_INFO: "hunter2" },
    error: "Cannot use SCHEMA_REGISTRY_BASIC_AUTH_USER_INFO: expected USER:PASSWORD",
    hint: "write a colon between the user and the password",
  },
  {
    kind: "registry with a sign in its password that belongs elsewhere",
    args: "load --schema-registry http://ana:12/hunter2@h",
    error: `Cannot parse --schema-registry "http://***@h": ${REGISTRY}`,
    hint: "write @ : / ? # , in a password as %40 %3A %2F %3F %23 %2C",
  },
  {
    kind: "token of the registry that is wrapped",
    args: "load --to kafka",
    environment: { DATAGEN_SCHEMA_REGISTRY_TOKEN: "hunter2\nhunter3" },
    error: "Cannot use DATAGEN_SCHEMA_REGISTRY_TOKEN: expected one word of ASCII characters",
    hint: "write the token without spaces and line breaks",
  },
  {
    kind: "certificates for Kafka that are not there",
    args: "load --to kafka --kafka-ca none/ca.pem",
    error: 'Cannot use --kafka-ca "none/ca.pem": no such file',
    hint: "name a PEM file with certificates",
  },
  {
    kind: "certificates for Kafka that are none",
    args: "load --to kafka --kafka-ca ca.pem",
    files: { "ca.pem": "-----BEGIN CERTIFICATE-----\nhunter2\n-----END CERTIFICATE-----\n" },
    error: 'Cannot use --kafka-ca "ca.pem": a certificate in it is cut off or damaged',
    hint: "name a PEM file with certificates",
  },
  {
    kind: "certificate for the registry that is cut off",
    args: "load --to kafka --schema-registry-ca ca.pem",
    files: { "ca.pem": "-----BEGIN CERTIFICATE-----\nMAMCAQ==\n-----END CERTIFICATE-----\n" },
    error: 'Cannot use --schema-registry-ca "ca.pem": a certificate in it is cut off or damaged',
    hint: "name a PEM file with certificates",
  },
  {
    kind: "certificates for the registry that are not there",
    args: "load --to kafka --schema-registry-ca none/ca.pem",
    error: 'Cannot use --schema-registry-ca "none/ca.pem": no such file',
    hint: "name a PEM file with certificates",
  },
  {
    kind: "certificates for the registry in a folder",
    args: "load --to kafka --schema-registry-ca certs",
    files: { "certs/ca.pem": "" },
    error: 'Cannot use --schema-registry-ca "certs": it is a folder',
    hint: "name a PEM file with certificates",
  },
  {
    kind: "empty file of certificates",
    args: "load --to kafka --kafka-ca ca.pem",
    files: { "ca.pem": "\r\n" },
    error: 'Cannot use --kafka-ca "ca.pem": it is empty: there is no certificate in PEM in it',
    hint: "name a PEM file with certificates",
  },
  {
    kind: "private key in the place of certificates",
    args: "load --to kafka --schema-registry-ca ca.pem",
    files: { "ca.pem": "-----BEGIN RSA PRIVATE KEY-----\nMAA=\n-----END RSA PRIVATE KEY-----\n" },
    error:
      'Cannot use --schema-registry-ca "ca.pem": it holds rsa private key, but there is no certificate in PEM in it',
    hint: "name a PEM file with certificates",
  },
  {
    kind: "text in the place of certificates",
    args: "load --to kafka -X ssl.ca.location=ca.pem",
    files: { "ca.pem": "hunter2" },
    error: 'Cannot use -X ssl.ca.location "ca.pem": there is no certificate in PEM in it',
    hint: "name a PEM file with certificates",
  },
  {
    kind: "mechanism of Kafka that wants more than a user",
    args: "load --to kafka --kafka-sasl OAUTHBEARER",
    error: 'Cannot use --kafka-sasl "OAUTHBEARER": expected plain, scram-sha-256 or scram-sha-512',
    hint: "write -X security.protocol=SASL_SSL -X sasl.mechanism=OAUTHBEARER and its other properties, " +
      "without --kafka-user",
  },
  {
    kind: "mechanism of Kafka that is misspelt",
    args: "load --to kafka --kafka-sasl SCRAM-SHA256",
    error: 'Cannot use --kafka-sasl "SCRAM-SHA256": expected plain, scram-sha-256 or scram-sha-512',
    hint: "did you mean scram-sha-256?",
  },
  {
    kind: "certificate of the client that is not there",
    args: "load --to kafka -X ssl.certificate.location=client.pem",
    error: 'Cannot use -X ssl.certificate.location "client.pem": no such file',
    hint: "name a PEM file with certificates",
  },
  {
    kind: "key of the client that is none",
    args: "load --to kafka -X ssl.key.location=client.key",
    files: { "client.key": "hunter2" },
    error: 'Cannot use -X ssl.key.location "client.key": there is no private key in PEM in it',
    hint: "name a PEM file with a private key",
  },
  {
    kind: "both servers skipped",
    args: "load --skip-postgres --skip-kafka",
    error: "Cannot use --skip-postgres with --skip-kafka: nothing is left",
    hint: "leave one of them away",
  },
  {
    kind: "server skipped that is a target",
    args: "load --to postgres --to kafka --skip-kafka",
    error: "Cannot use --skip-kafka with --to kafka: they contradict each other",
    hint: "leave one of them away",
  },
  {
    kind: "option of Kafka without Kafka",
    args: "load --no-avro",
    error: "Cannot use --no-avro without a kafka target: the targets are sqlite:datagen.sqlite",
    hint: "write --to postgres --to kafka, or leave --no-avro away",
  },
  {
    kind: "option of Kafka beside other targets",
    args: "load --to postgres --retention-hours 168",
    error: "Cannot use --retention-hours without a kafka target: the targets are postgres",
    hint: "write --to kafka, or leave --retention-hours away",
  },
  {
    kind: "option of PostgreSQL without PostgreSQL",
    args: "load --to kafka --postgres-events",
    error: "Cannot use --postgres-events without a postgres target: the targets are kafka",
    hint: "write --to postgres, or leave --postgres-events away",
  },
  {
    kind: "--resend without Kafka",
    args: "load --resend",
    error: "Cannot use --resend without a kafka target: the targets are sqlite:datagen.sqlite",
    hint: "write --to postgres --to kafka, or leave --resend away",
  },
  {
    kind: "--resend with --truncate",
    args: "load --to kafka --resend --truncate",
    error: "Cannot use --truncate with --resend: one empties the topics, one adds to them",
    hint: "leave one of them away",
  },
  {
    kind: "unknown preset",
    args: "load --to kafka --preset reliabel",
    error: 'Cannot use --preset "reliabel": expected reliable, fast, bulk, event-by-event or streaming',
    hint: "did you mean reliable?",
  },
  {
    kind: "unknown cluster",
    args: "load --kafka-cluster confluent",
    error: 'Cannot use --kafka-cluster "confluent": expected cp or oss',
    hint: "write --kafka-cluster cp",
  },
  {
    kind: "property without a value",
    args: "load --to kafka -X linger.ms",
    error: 'Cannot parse --property "linger.ms": expected NAME=VALUE, NAME being one of librdkafka\'s properties',
    hint: "write linger.ms=VALUE",
  },
  {
    kind: "property with another sign than =",
    args: "load --to kafka -X sasl.password:hunter2",
    error:
      'Cannot parse --property "sasl.password...": expected NAME=VALUE, NAME being one of librdkafka\'s properties',
    hint: "write --property linger.ms=50",
  },
  {
    kind: "password of Kafka as an option",
    args: "load --to kafka --kafka-password=hunter2",
    error: "Cannot use --kafka-password: load has no such option",
    hint: "did you mean --kafka-password-file?",
  },
  {
    kind: "password as an argument",
    args: "load --to kafka sasl.password=hunter2",
    error: 'Cannot use "sasl.password=***": load takes no argument',
    hint: 'run "datagen load --help"',
  },
  {
    kind: "password behind a blank",
    args: "load --to kafka -X sasl.password= hunter2",
    error: 'Cannot use "***": load takes no argument',
    hint: 'run "datagen load --help"',
  },
  {
    kind: "password as a command",
    args: "sasl.password=hunter2 load",
    error: 'Cannot run "sasl.password=***": there is no such command',
    hint: "the commands are load, show, info, sample, plan, schema, doctor, topics, reset, bench and completions",
  },
  {
    kind: "password behind an option that is misspelt",
    args: "load --to kafka -Y sasl.password=hunter2",
    error: "Cannot use -Y: load has no such option",
    hint: 'run "datagen load --help"',
  },
  {
    kind: "password in an option as other programs have it",
    args: "load --to kafka -phunter2",
    error: "Cannot use -p: load has no such option",
    hint: 'run "datagen load --help"',
  },
  {
    kind: "password behind an option and a colon",
    args: "load --to kafka --pasword:hunter2",
    error: "Cannot use --pasword...: load has no such option",
    hint: 'run "datagen load --help"',
  },
  ...([
    ["--kafka-bootstrap", "Cannot parse --kafka-bootstrap", BROKERS, "write --kafka-bootstrap localhost:9092"],
    [
      "--schema-registry",
      "Cannot parse --schema-registry",
      REGISTRY,
      "write @ : / ? # , in a password as %40 %3A %2F %3F %23 %2C",
    ],
    ["--postgres-url", "Cannot parse --postgres-url", POSTGRES_URL, "begin it with postgresql://"],
    ["--customers", "Cannot parse --customers", "expected an integer in 1..90000000", "write --customers 100"],
    [
      "--topic-prefix",
      "Cannot use --topic-prefix",
      'expected 1..200 letters, digits, ".", "_" or "-"',
      "write --topic-prefix banking",
    ],
    [
      "--preset",
      "Cannot use --preset",
      "expected reliable, fast, bulk, event-by-event or streaming",
      "write --preset reliable",
    ],
    [
      "--kafka-sasl",
      "Cannot use --kafka-sasl",
      "expected plain, scram-sha-256 or scram-sha-512",
      "write --kafka-sasl plain",
    ],
    ["--kafka-ca", "Cannot use --kafka-ca", "no such file", "name a PEM file with certificates"],
    [
      "--to",
      "Cannot use --to",
      "expected sqlite:FILE, json:DIR, csv:DIR, parquet:DIR, json:-, console, postgres or kafka",
      "write --to sqlite:datagen.sqlite",
    ],
  ] as const).map(([option, cannot, expected, hint]): BadInput => ({
    kind: `password behind ${option}`,
    args: `load --to kafka ${option} sasl.pasword=hun@ter2`,
    error: `${cannot} "sasl.pasword=***": ${expected}`,
    hint,
  })),
  {
    kind: "password as the name of an entity",
    args: "load --only sasl.pasword=hunter2",
    error: 'Cannot find entity "sasl.pasword=***": expected customers, properties, stocks, accounts, credit_cards, ' +
      "loans, transactions, card_transactions, trades, installments or opening_positions",
    hint: 'run "datagen schema --format markdown" to read about them',
  },
  {
    kind: "property without a name",
    args: "load --to kafka -X =hunter2",
    error: 'Cannot parse --property "=...": expected NAME=VALUE, NAME being one of librdkafka\'s properties',
    hint: "write --property linger.ms=50",
  },
  {
    kind: "retention of no hour",
    args: "load --to kafka --retention-hours 0",
    error: "Cannot use --retention-hours 0: expected an integer in 1..876000",
    hint: "the least is 1",
  },
  {
    kind: "replication factor of 0",
    args: "load --to kafka --replication-factor 0",
    error: "Cannot use --replication-factor 0: expected an integer in 1..32767",
    hint: "the least is 1",
  },
  {
    kind: "prefix that no topic may have",
    args: "load --to kafka --topic-prefix ban/king",
    error: 'Cannot use --topic-prefix "ban/king": expected 1..200 letters, digits, ".", "_" or "-"',
    hint: "write --topic-prefix banking",
  },
  {
    kind: "schema that PostgreSQL keeps for itself",
    args: "load --to postgres --postgres-schema pg_bank",
    error:
      'Cannot use --postgres-schema "pg_bank": expected 1..63 letters, digits or "_", not beginning with a digit or "pg_"',
    hint: "write --postgres-schema public",
  },
  {
    kind: "too many workers",
    args: "load --workers 257",
    error: "Cannot use --workers 257: expected an integer in 0..256",
    hint: "the greatest is 256",
  },
  {
    kind: "SASL without a user",
    args: "load --to kafka --kafka-sasl plain",
    error: "Cannot use --kafka-sasl without a user",
    hint: "add --kafka-user NAME",
  },
  {
    kind: "user without a password",
    args: "load --to kafka --kafka-user ana",
    error: 'Cannot log in as "ana" without a password',
    hint: "set DATAGEN_KAFKA_PASSWORD, or name a file with --kafka-password-file",
  },
  {
    kind: "file of a password that is not there",
    args: "load --to kafka --kafka-user ana --kafka-password-file none",
    error: 'Cannot use --kafka-password-file "none": no such file',
    hint: "name a file that holds the password",
  },
  {
    kind: "unknown entity in --only",
    args: "load --only customers,acounts",
    error: 'Cannot find entity "acounts": expected customers, properties, stocks, accounts, credit_cards, loans, ' +
      "transactions, card_transactions, trades, installments or opening_positions",
    hint: "did you mean accounts?",
  },
  {
    kind: "--only with a hole",
    args: "load --only customers,,accounts",
    error: 'Cannot parse --only "customers,,accounts": expected names with a comma between',
    hint: "write --only customers,accounts",
  },
  {
    kind: "entity that no target takes",
    args: "load --to postgres --only customers,trades",
    error: "Cannot use --only with trades: no target of postgres takes that",
    hint: "add --postgres-events, or --to kafka",
  },
  {
    kind: "master without PostgreSQL",
    args: "load --to kafka --only customers,trades",
    error: "Cannot use --only with customers: no target of kafka takes that",
    hint: "add --to postgres; a topic holds events only",
  },
  {
    kind: "target that nothing is left for",
    args: "load --create-topics --only trades",
    error: "Cannot use --only trades with postgres: it takes none of them",
    hint: "add --postgres-events or --skip-postgres",
  },
  {
    kind: "--truncate on another machine, where nobody can be asked",
    args: "load --to postgres --postgres-url postgresql://ana:hunter2@db.example/d --truncate",
    error: "Cannot use --truncate on db.example without a yes: it is not this machine",
    hint: "add --yes to empty what datagen made there",
  },
  {
    kind: "--truncate with one broker on another machine",
    args: "load --skip-postgres --kafka-bootstrap localhost:9092,10.0.0.7:9092 --truncate",
    error: "Cannot use --truncate on 10.0.0.7 without a yes: it is not this machine",
    hint: "add --yes to empty what datagen made there",
  },
  {
    kind: "--yes without a question",
    args: "load --yes",
    error: "Cannot use --yes without --truncate: nothing is asked",
    hint: "leave it away",
  },
  {
    kind: "rate of a live feed that is no number",
    args: "load --rate fast",
    error: 'Cannot parse --rate "fast": expected an integer in 0..1000000000',
    hint: "write --rate 1000",
  },
  {
    kind: "live feed",
    args: "load --stream --duration 60 --rate 1000",
    error: "Cannot use --stream: load writes what happened up to its as-of; this version sends no live events",
    hint: "leave it away; --days says how long a time is written",
  },
];

testBadInput(TABLE);
