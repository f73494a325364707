import type { Things } from './end-state.ts'

/** What differs, a sentence each; none when both came to the same end. */
export function compareStates<Kind extends string>(
  found: Readonly<Record<Kind, Things>>,
  wanted: Readonly<Record<Kind, Things>>,
): string[] {
  return (Object.keys(wanted) as Kind[]).flatMap((kind) =>
    compareThings(kind, found[kind], wanted[kind]),
  )
}

function compareThings(kind: string, found: Things, wanted: Things): string[] {
  const missing = [...wanted.keys()].filter((name) => !found.has(name))
  const extra = [...found.keys()].filter((name) => !wanted.has(name))
  const different = [...wanted].filter(([name, value]) => {
    const other = found.get(name)
    return other !== undefined && other !== value
  })
  return [
    ...missing.map((name) => `${kind}: ${name} is missing`),
    ...extra.map((name) => `${kind}: ${name} should not be there`),
    ...different.map(([name, value]) => `${kind}: ${name} ${difference(found.get(name), value)}`),
  ]
}

const SHOWN_BEFORE = 30
const SHOWN_CHARACTERS = 120

/** From a little before the first character that differs. */
function difference(found = '', wanted: string): string {
  let at = 0
  while (at < wanted.length && found[at] === wanted[at]) at += 1
  const from = Math.max(0, at - SHOWN_BEFORE)
  const piece = (text: string) => JSON.stringify(text.slice(from, from + SHOWN_CHARACTERS))
  return `is ${piece(found)} and should be ${piece(wanted)}`
}
