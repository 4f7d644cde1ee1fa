import { bytesOf } from "#base/streams.ts";
import { formatTime } from "#machinery/time.ts";
import type { Program } from "#shell/process.ts";
import { accepts, database, notSimulated, optionOf } from "./database.ts";
import { isoTime, tagsOf } from "./serving.ts";

const wrapper = "/usr/local/bin/docker-entrypoint.sh";

/** `2026-11-23 13:34:45+00:00`, as the entry points of MySQL and MariaDB have it. */
const entryTime = (at: number) => `${formatTime(at).replace("T", " ").slice(0, 19)}+00:00`;

const none = (env: ReadonlyMap<string, string>, ...names: string[]) => names.every((name) => !env.get(name));

// --- MySQL and MariaDB

/** `mysqladmin ping`, which probes ask; everything else needs SQL. */
const mysqladmin: Program = async (process) => {
  const args = process.args.slice(1);
  if (!args.includes("ping")) return notSimulated("SQL and what needs it; `ping` works")(process);
  const host = optionOf(args, "-h", "--host") ?? "localhost";
  if (await accepts(process, host, optionOf(args, "-P", "--port") ?? 3306)) {
    await process.stdout.write(bytesOf("mysqld is alive\n"));
    return 0;
  }
  await process.stderr.write(
    bytesOf(
      `mysqladmin: connect to server at '${host}' failed\nerror: 'Can't connect to MySQL server on '${host}:3306' (111)'\nCheck that mysqld is running on ${host} and that the port is 3306.\n`,
    ),
  );
  return 1;
};

const sql = notSimulated("SQL");
const mysqlClients = { mysql: sql, mysqldump: sql, mysqladmin };

const entry = (at: number, text: string) => `${entryTime(at)} [Note] [Entrypoint]: ${text}\n`;
const mysqlStarts = (at: number, version: string) => entry(at, `Entrypoint script for MySQL Server ${version}-1.el9 started.`);

function mysqlReady(at: number, version: string): string {
  const own = (text: string, code: string) => `${isoTime(at).replace("Z", "000Z")} 0 [System] [${code}] [Server] ${text}\n`;
  return (
    entry(at, "Database files initialized") +
    entry(at, "MySQL init process done. Ready for start up.") +
    own(`/usr/sbin/mysqld (mysqld ${version}) starting as process 1`, "MY-010116") +
    own(
      `/usr/sbin/mysqld: ready for connections. Version: '${version}'  socket: '/var/run/mysqld/mysqld.sock'  port: 3306  MySQL Community Server - GPL.`,
      "MY-010931",
    )
  );
}

const mysqlOf = (version: string, tags: readonly string[]) =>
  database({
    name: "mysql",
    users: { mysql: 999 },
    tags,
    size: "235Mi",
    pullSeconds: 10,
    port: 3306,
    command: ["mysqld"],
    wrapper,
    env: { MYSQL_MAJOR: version.split(".").slice(0, 2).join("."), MYSQL_VERSION: `${version}-1.el9` },
    refuses: ({ env, startedAt }) =>
      none(env, "MYSQL_ROOT_PASSWORD", "MYSQL_ALLOW_EMPTY_PASSWORD", "MYSQL_RANDOM_ROOT_PASSWORD")
        ? `${mysqlStarts(startedAt, version)}${entryTime(startedAt)} [ERROR] [Entrypoint]: Database is uninitialized and password option is not specified\n    You need to specify one of the following as an environment variable:\n    - MYSQL_ROOT_PASSWORD\n    - MYSQL_ALLOW_EMPTY_PASSWORD\n    - MYSQL_RANDOM_ROOT_PASSWORD\n`
        : undefined,
    begins: ({ startedAt }) => ({
      errors:
        mysqlStarts(startedAt, version) + entry(startedAt, "Switching to dedicated user 'mysql'") + entry(startedAt, "Initializing database files"),
    }),
    listens: (_, at) => ({ errors: mysqlReady(at, version) }),
    startsMs: 9000,
    endsMs: 1200,
    clients: mysqlClients,
  });

export const mysqlImages = [
  mysqlOf("9.5.0", ["latest", "9", "9.5", "9.5.0", "9.4", "9.3", "9.2", "9.1", "9.0", "innovation"]),
  mysqlOf("8.4.7", ["lts", "8", ...tagsOf("8.4", 7)]),
  mysqlOf("8.0.44", ["8.0", "8.0.44", "8.0.43", "8.0.42", "8.0.36", "8.0.35", "8.0.33", "8.0.32", "8.0.31", "8.0-debian"]),
  mysqlOf("5.7.44", ["5", "5.7", "5.7.44", "5.7.42", "5.7.40", "5.6"]),
];

const mariadbStarts = (at: number) => entry(at, "Entrypoint script for MariaDB Server 1:12.0.2+maria~ubu2404 started.");

export const mariadb = database({
  name: "mariadb",
  users: { mysql: 999 },
  tags: ["latest", "lts", "12", "12.0", "11", "11.8", "11.4", "11.2", "10", "10.11", "10.6", "10.5"],
  size: "124Mi",
  pullSeconds: 6,
  port: 3306,
  command: ["mariadbd"],
  wrapper,
  env: { MARIADB_VERSION: "1:12.0.2+maria~ubu2404" },
  refuses: ({ env, startedAt }) =>
    none(
      env,
      "MARIADB_ROOT_PASSWORD",
      "MYSQL_ROOT_PASSWORD",
      "MARIADB_ROOT_PASSWORD_HASH",
      "MARIADB_ALLOW_EMPTY_ROOT_PASSWORD",
      "MYSQL_ALLOW_EMPTY_PASSWORD",
      "MARIADB_RANDOM_ROOT_PASSWORD",
    )
      ? `${mariadbStarts(startedAt)}${entryTime(startedAt)} [ERROR] [Entrypoint]: Database is uninitialized and password option is not specified\n\tYou need to specify one of MARIADB_ROOT_PASSWORD, MARIADB_ROOT_PASSWORD_HASH, MARIADB_ALLOW_EMPTY_ROOT_PASSWORD and MARIADB_RANDOM_ROOT_PASSWORD\n`
      : undefined,
  begins: ({ startedAt }) => ({ errors: mariadbStarts(startedAt) + entry(startedAt, "Initializing database files") }),
  listens: (_, at) => ({
    errors: `${entry(at, "MariaDB init process done. Ready for start up.")}${formatTime(at).replace("T", " ").slice(0, 19)} 0 [Note] mariadbd: ready for connections.\nVersion: '12.0.2-MariaDB-ubu2404'  socket: '/run/mysqld/mysqld.sock'  port: 3306  mariadb.org binary distribution\n`,
  }),
  startsMs: 6000,
  endsMs: 900,
  clients: { ...mysqlClients, mariadb: sql, "mariadb-admin": mysqladmin },
});

// --- PostgreSQL

const pgIsReady: Program = async (process) => {
  const args = process.args.slice(1);
  const host = optionOf(args, "-h", "--host");
  const port = optionOf(args, "-p", "--port") ?? "5432";
  const isUp = await accepts(process, host ?? "localhost", port);
  await process.stdout.write(bytesOf(`${host ?? "/var/run/postgresql"}:${port} - ${isUp ? "accepting connections" : "no response"}\n`));
  return isUp ? 0 : 2;
};

const postgresNeeds = `Error: Database is uninitialized and superuser password is not specified.
       You must specify POSTGRES_PASSWORD to a non-empty value for the
       superuser. For example, "-e POSTGRES_PASSWORD=password" on "docker run".

       You may also use "POSTGRES_HOST_AUTH_METHOD=trust" to allow all
       connections without a password. This is *not* recommended.

       See PostgreSQL documentation about "trust":
       https://www.postgresql.org/docs/current/auth-trust.html
`;

const postgresOf = (version: string, tags: readonly string[]) =>
  database({
    name: "postgres",
    users: { postgres: 999 },
    tags,
    size: "152Mi",
    pullSeconds: 7,
    port: 5432,
    command: ["postgres"],
    wrapper,
    env: { PG_MAJOR: version.split(".")[0] ?? "", PG_VERSION: `${version}-1.pgdg13+1`, PGDATA: "/var/lib/postgresql/data" },
    refuses: ({ env }) =>
      none(env, "POSTGRES_PASSWORD", "POSTGRES_PASSWORD_FILE") && env.get("POSTGRES_HOST_AUTH_METHOD") !== "trust" ? postgresNeeds : undefined,
    begins: () => ({
      prints:
        'The files belonging to this database system will be owned by user "postgres".\nThis user must also own the server process.\n\nfixing permissions on existing directory /var/lib/postgresql/data ... ok\ncreating subdirectories ... ok\nselecting dynamic shared memory implementation ... posix\nrunning bootstrap script ... ok\nperforming post-bootstrap initialization ... ok\nsyncing data to disk ... ok\n\nPostgreSQL init process complete; ready for start up.\n\n',
    }),
    listens(_, at) {
      const time = isoTime(at).replace("T", " ").replace("Z", " UTC");
      const line = (text: string) => `${time} [1] LOG:  ${text}\n`;
      return {
        errors:
          line(
            `starting PostgreSQL ${version} (Debian ${version}-1.pgdg13+1) on x86_64-pc-linux-gnu, compiled by gcc (Debian 14.2.0-19) 14.2.0, 64-bit`,
          ) +
          line('listening on IPv4 address "0.0.0.0", port 5432') +
          line('listening on IPv6 address "::", port 5432') +
          line('listening on Unix socket "/var/run/postgresql/.s.PGSQL.5432"') +
          line("database system is ready to accept connections"),
      };
    },
    startsMs: 2400,
    clients: { psql: sql, pg_dump: sql, createdb: sql, pg_isready: pgIsReady },
  });

export const postgresImages = [
  postgresOf("18.1", ["latest", "alpine", "18", "18.0", "18.1", "18-alpine", "trixie", "bookworm"]),
  postgresOf("17.7", ["17", "17.7", "17.6", "17.5", "17.4", "17.2", "17.0", "17-alpine"]),
  postgresOf("16.11", ["16", "16.11", "16.10", "16.4", "16.3", "16.2", "16.1", "16.0", "16-alpine"]),
  postgresOf("15.15", ["15", "15.15", "15.4", "15.3", "15.2", "15.1", "15-alpine"]),
  postgresOf("14.20", ["14", "14.20", "14.5", "14-alpine", "13", "13-alpine", "12", "12-alpine", "11", "10", "10.1", "9.6"]),
];

// --- others

const mongoLine = (at: number, c: string, id: number, msg: string, attr: object) =>
  `${JSON.stringify({ t: { $date: isoTime(at).replace("Z", "+00:00") }, s: "I", c, id, ctx: c === "NETWORK" ? "listener" : "initandlisten", msg, attr })}\n`;
const documents = notSimulated("what a MongoDB keeps");

export const mongo = database({
  name: "mongo",
  users: { mongodb: 999 },
  tags: ["latest", "8", "8.2", "8.0", "7", "7.0", "6", "6.0", "5", "5.0", "4.4", "4.2", "4", "noble", "jammy", "focal"],
  size: "300Mi",
  pullSeconds: 12,
  port: 27017,
  command: ["mongod"],
  wrapper,
  env: { MONGO_VERSION: "8.2.2", MONGO_MAJOR: "8.2" },
  begins: ({ startedAt, hostname }) => ({
    prints: mongoLine(startedAt, "CONTROL", 4615611, "MongoDB starting", {
      pid: 1,
      port: 27017,
      dbPath: "/data/db",
      architecture: "64-bit",
      host: hostname,
    }),
  }),
  listens: (_, at) => ({
    prints:
      mongoLine(at, "NETWORK", 23015, "Listening on", { address: "0.0.0.0:27017" }) +
      mongoLine(at, "NETWORK", 23016, "Waiting for connections", { port: 27017, ssl: "off" }),
  }),
  startsMs: 1800,
  clients: { mongosh: documents, mongo: documents, mongodump: documents },
});

export const memcached = database({
  name: "memcached",
  tags: ["latest", "1", "1.6", "1.6.39", "1.6.38", "1.6.32", "1.6.17", "1.6-alpine", "alpine", "1-alpine", "1.5", "1.4", "1.4.36-alpine"],
  size: "31Mi",
  pullSeconds: 2.5,
  port: 11211,
  command: ["memcached"],
  wrapper,
  startsMs: 20,
  endsMs: 10,
  clients: {},
  user: "memcache",
  users: { memcache: 11211 },
});

export const rabbitmq = database({
  name: "rabbitmq",
  users: { rabbitmq: 999 },
  tags: ["latest", "management", "alpine", "4", "4.2", "4.1", "4.0", "4-management", "3", "3-management", "3.13", "3.12", "3.11", "3-alpine", "3.8"],
  size: "96Mi",
  pullSeconds: 6,
  port: 5672,
  command: ["rabbitmq-server"],
  wrapper,
  begins: () => ({
    prints:
      "  ##  ##      RabbitMQ 4.2.1\n  ##  ##\n  ##########  Copyright (c) 2007-2025 Broadcom Inc and/or its subsidiaries\n  ######  ##\n  ##########  Licensed under the MPL 2.0. Website: https://rabbitmq.com\n\n",
  }),
  listens: (_, at) => ({
    prints: `  Starting broker... completed with 0 plugins.\n${isoTime(at).replace("T", " ").replace("Z", "+00:00")} [info] Server startup complete; 0 plugins started.\n`,
  }),
  startsMs: 7000,
  endsMs: 2000,
  clients: { rabbitmqctl: notSimulated("queues and what is in them") },
});
