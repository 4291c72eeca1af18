// What callers can see of the package, one line each: from the types that the build has made.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { home } from './files.mjs';

const entries = { '@chatflow/sdk': 'index', '@chatflow/sdk/webhooks': 'webhooks' };
// Named by constructors that are not for callers.
const internal = new Set(['Transport', 'Received', 'Call', 'Fetcher']);

const withoutComments = (text) => text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
const depthOf = (line) => (line.match(/[{([]/g)?.length ?? 0) - (line.match(/[})\]]/g)?.length ?? 0);

// Statements of a module, members of a class: what ends with ";" or "}" and has its brackets closed.
const statementsOf = (text) => {
  const statements = [];
  let open = '';
  for (const line of text.split('\n').map((each) => each.trim()).filter(Boolean)) {
    open = open ? `${open} ${line}` : line;
    if (depthOf(open) === 0 && /[;}]$/.test(open)) {
      statements.push(open.replace(/;$/, ''));
      open = '';
    }
  }
  if (open) throw new Error(`This does not end: ${open}`);
  return statements;
};

const modules = new Map();
const moduleOf = (file) => {
  if (!modules.has(file)) {
    const text = readFileSync(join(home, 'dist', 'esm', `${file}.d.ts`), 'utf8');
    modules.set(file, statementsOf(withoutComments(text)));
  }
  return modules.get(file);
};
const beside = (file, specifier) => join(dirname(file), specifier.replace(/\.js$/, ''));

const DECLARATION = /^(?:export )?(?:declare )?(?:abstract )?(class|interface|type|function|const) (\w+)/;
const RE_EXPORT = /^export (type )?(?:\*|\{(.*)\}) from ["'](.+)["']$/;

// Name -> { type only?, name in its module, module }, as `import` would find it.
const exportsOf = (file) =>
  new Map(
    moduleOf(file).flatMap((statement) => {
      const [, typeOnly, names, from] = RE_EXPORT.exec(statement) ?? [];
      if (!from) {
        const [, kind, name] = (statement.startsWith('export ') && DECLARATION.exec(statement)) || [];
        return name ? [[name, { typeOnly: /interface|type/.test(kind), name, file }]] : [];
      }
      const there = exportsOf(beside(file, from));
      const found = ([as, origin], asType) => [as, { ...origin, typeOnly: Boolean(asType) || origin.typeOnly }];
      if (names === undefined) return [...there].map((each) => found(each, typeOnly));
      return names.split(',').map((each) => each.trim()).filter(Boolean).map((each) => {
        const [, type, name, as] = /^(type )?(\w+)(?: as (\w+))?$/.exec(each);
        return found([as ?? name, there.get(name)], typeOnly || type);
      });
    }),
  );

// Where a name that a module uses is declared: there, or where it is imported from.
const originOf = (file, name) => {
  for (const statement of moduleOf(file)) {
    if (DECLARATION.exec(statement)?.[2] === name) return { name, file };
    const [, names, from] = /^import (?:type )?\{(.*)\} from ["'](.+)["']$/.exec(statement) ?? [];
    if (names?.split(/[\s,]+/).includes(name)) return exportsOf(beside(file, from)).get(name);
  }
  return undefined;
};

// `core.Resource` and `models.Contact` of generated code.
const qualified = (file, name, space) => {
  const imported = moduleOf(file).map((each) => new RegExp(`^import (?:type )?\\* as ${space} from ["'](.+)["']$`).exec(each));
  const from = imported.find(Boolean)?.[1];
  return from && exportsOf(beside(file, from)).get(name);
};

const linesOf = (statement) => {
  const [, kind, name] = DECLARATION.exec(statement);
  const plain = statement.replace(/^(export )?(declare )?/, '');
  if (kind !== 'class' && kind !== 'interface') return [plain];
  const at = plain.indexOf('{');
  const members = statementsOf(plain.slice(at + 1, -1).replaceAll(';', ';\n'));
  const shown = members.filter((member) => !/^(#private$|private |protected )/.test(member));
  return [plain.slice(0, at).trim(), ...shown.map((member) => `${name}.${member}`)];
};

/** The surface as text: what each entry exports, and every declaration that can be reached from there. */
export const surface = () => {
  const declarations = new Map();
  const reach = ({ name, file }) => {
    if (internal.has(name) || declarations.has(name)) return;
    const statement = moduleOf(file).find((each) => DECLARATION.exec(each)?.[2] === name);
    const lines = linesOf(statement);
    declarations.set(name, lines);
    for (const [, space, used] of lines.join('\n').matchAll(/(?:\b(core|models)\.)?\b([A-Z]\w+)\b/g)) {
      const origin = space ? qualified(file, used, space) : originOf(file, used);
      if (origin) reach(origin);
    }
  };
  const exported = Object.entries(entries).flatMap(([title, file]) => {
    const names = [...exportsOf(file)].sort(([a], [b]) => (a < b ? -1 : 1));
    for (const [, origin] of names) reach(origin);
    return [`# ${title}`, ...names.map(([as, { typeOnly }]) => `export ${typeOnly ? 'type ' : ''}${as}`)];
  });
  const declared = [...declarations].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, lines]) => lines);
  return `${[...exported, '# declarations', ...declared].join('\n')}\n`;
};
