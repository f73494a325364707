/**
 * Query parameters as they come over ClickHouse's HTTP interface, in its TabSeparated escaping, turned
 * back into values. https://clickhouse.com/docs/interfaces/http#cli-queries-with-parameters
 */

/** `sql` says the type of each parameter in its `{name:Type}` placeholders. */
export function paramValues(
  sql: string,
  texts: ReadonlyMap<string, string>,
): Record<string, string | string[]> {
  const values: Record<string, string | string[]> = {}
  for (const [, name = '', type = ''] of sql.matchAll(/\{(\w+):([^{}]+)\}/g)) {
    const text = texts.get(name)
    if (text === undefined) continue
    if (type === 'Array(String)') values[name] = stringsOf(text)
    else values[name] = type.includes('String') ? unescaped(text) : text
  }
  return values
}

/** `['a','it\'s']` → its strings. */
function stringsOf(text: string): string[] {
  return [...text.matchAll(/'((?:[^'\\]|\\.)*)'/gs)].map(([, inner = '']) => unescaped(inner))
}

function unescaped(text: string): string {
  return text.replaceAll(/\\(.)/gs, (_, letter: string) => ESCAPES[letter] ?? letter)
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
  '0': '\0',
}
