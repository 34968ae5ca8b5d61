// embed_sql.mjs <folder> <sql folder> <header>
//
// Makes `<folder>/queries.h` of a module's SQL files: a constexpr sql::Query for each statement, the
// migrations in order, and a sql::Module that lists both. What the files look like stands in src/sql/query.h.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const [folder, sqlFolder, header] = process.argv.slice(2);
const namespace = folder.replaceAll("/", "::");
const moduleName = folder.replaceAll("/", "_");

function stop(file, message) {
  console.error(`${file}: ${message}`);
  process.exit(1);
}

/** The text without its comment lines, and the database that it is for ("" is the module's first). */
function readSql(file) {
  const lines = readFileSync(file, "utf8").split("\n");
  const comments = lines.filter((line) => /^\s*--/.test(line));
  const text = lines.filter((line) => !/^\s*--/.test(line)).join("\n").trim();
  const database = comments.map((line) => line.match(/^\s*-- database: ([a-z]+)\s*$/)?.[1]).find(Boolean) ?? "";
  if (text === "") stop(file, "holds no statement");
  if (/--/.test(text.replaceAll(/'[^']*'/g, ""))) stop(file, "a comment is a line of its own");
  if (text.includes(')sql"')) stop(file, 'must not contain )sql"');
  return { text, database };
}

/** Both engines' texts of each `<name>.sql` in a folder. */
function readFolder(path) {
  if (!existsSync(path)) return [];
  const files = readdirSync(path).filter((file) => file.endsWith(".sql")).sort();
  for (const file of files) {
    if (file.endsWith(".postgresql.sql") && !files.includes(file.replace(".postgresql.sql", ".sql"))) {
      stop(join(path, file), "is the PostgreSQL text of a statement that is not there");
    }
  }
  return files
    .filter((file) => !file.endsWith(".postgresql.sql"))
    .map((file) => {
      const name = file.slice(0, -".sql".length);
      const { text, database } = readSql(join(path, file));
      const other = join(path, `${name}.postgresql.sql`);
      return {
        name,
        file: join(path, file),
        database,
        sqlite: text,
        postgresql: existsSync(other) ? readSql(other).text : text,
      };
    });
}

/** A statement stands alone, so its semicolon at the end is dropped. */
function readQuery(query) {
  if (!/^[a-z][a-z0-9_]*$/.test(query.name)) stop(query.file, "a name is [a-z][a-z0-9_]*");
  const single = (text) => {
    const body = text.replace(/;\s*$/, "");
    if (body.replaceAll(/'[^']*'/g, "").includes(";")) stop(query.file, "holds more than one statement");
    return body;
  };
  return { ...query, sqlite: single(query.sqlite), postgresql: single(query.postgresql) };
}

const literal = (text) => `R"sql(${text})sql"`;
const migrationOrder = (name) => {
  const [, date, number] = name.match(/^(\d{4}-\d\d-\d\d)-(\d+)-[a-z0-9_]+$/) ?? [];
  return date && `${date}-${number.padStart(6, "0")}`;
};

const queries = readFolder(sqlFolder).map(readQuery);
const migrations = readFolder(join(sqlFolder, "migrate"));
for (const migration of migrations) {
  migration.order = migrationOrder(migration.name);
  if (!migration.order) stop(migration.file, "a migration is named 2026-11-22-1-what_it_does.sql");
  if (migrations.some((other) => other !== migration && other.order === migration.order)) {
    stop(migration.file, "has the date and number of another migration");
  }
  migration.hash = createHash("sha256").update(`${migration.sqlite}\0${migration.postgresql}`).digest("hex");
}
migrations.sort((one, other) => (one.order < other.order ? -1 : 1));

const out = [
  `// Made by tools/embed_sql.mjs of src/${folder}/sql.`,
  "#pragma once",
  "",
  '#include "sql/query.h"',
  "",
  `namespace ${namespace}::queries {`,
  "",
];
for (const { name, sqlite, postgresql } of queries) {
  out.push(`inline constexpr ::sql::Query ${name}{"${folder}/${name}",`);
  out.push(`${literal(sqlite)},`, `${literal(postgresql)}};`, "");
}
const databases = [...new Set(["", ...queries.map((q) => q.database), ...migrations.map((m) => m.database)])];
for (const database of databases) {
  const suffix = database && database[0].toUpperCase() + database.slice(1);
  const steps = migrations.filter((migration) => migration.database === database);
  const asked = queries.filter((query) => query.database === database);
  const list = (type, name, entries) => {
    if (entries.length > 0) out.push(`inline constexpr ::sql::${type} ${name}[]{`, entries.join(",\n"), "};", "");
    return entries.length > 0 ? name : "{}";
  };
  const stepList = list(
    "Migration",
    `k${suffix}Migrations`,
    steps.map(({ name, sqlite, postgresql, hash }) =>
      `{"${name}",\n${literal(sqlite)},\n${literal(postgresql)},\n"${hash}"}`),
  );
  const queryList = list("Query", `k${suffix}Queries`, asked.map(({ name }) => name));
  const module = database ? `${moduleName}_${database}` : moduleName;
  out.push(`inline constexpr ::sql::Module k${suffix}Module{"${module}", ${stepList}, ${queryList}};`, "");
}
out.push(`}  // namespace ${namespace}::queries`, "");
mkdirSync(dirname(header), { recursive: true });
writeFileSync(header, out.join("\n"));
