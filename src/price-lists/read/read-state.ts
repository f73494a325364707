/** What a list says happened to a row: the words that carriers use, and those of a mapping. */
import type { ListMapping } from '../list-mapping.ts'

export type RowState = 'priced' | 'deleted' | 'blocked'

/** What a word claims about the price, to be compared with what is true. */
export type ListClaim = '' | 'new' | 'dearer' | 'cheaper' | 'unchanged'

/** undefined for a word that nobody explained. */
export function stateOf(
  cell: string,
  own: ListMapping['states'],
): { state: RowState; claim: ListClaim } | undefined {
  const word = cell.trim().toLowerCase()
  for (const state of ['deleted', 'blocked', 'priced'] as const) {
    if (own[state].some((each) => each.toLowerCase() === word)) return { state, claim: '' }
  }
  return WORDS.get(word)
}

const WORDS: ReadonlyMap<string, { state: RowState; claim: ListClaim }> = new Map([
  ['', { state: 'priced', claim: '' }],
  ...words('priced', 'new', ['new', 'n', 'added', 'add', 'nieuw', 'neu', 'nouveau']),
  ...words('priced', 'dearer', ['up', 'increase', 'increased', 'higher', 'inc', 'hausse']),
  ...words('priced', 'cheaper', ['down', 'decrease', 'decreased', 'lower', 'dec', 'baisse']),
  ...words('priced', 'unchanged', ['no change', 'unchanged', 'same', 'equal', 'current', 'nc']),
  ...words('priced', '', ['changed', 'change', 'updated', 'active', 'open', 'ok']),
  ...words('deleted', '', [
    'deleted',
    'delete',
    'del',
    'removed',
    'remove',
    'discontinued',
    'closed',
    'ended',
  ]),
  ...words('blocked', '', ['blocked', 'block', 'barred', 'suspended', 'not served', 'no service']),
])

function words(
  state: RowState,
  claim: ListClaim,
  names: readonly string[],
): [string, { state: RowState; claim: ListClaim }][] {
  return names.map((name) => [name, { state, claim }])
}
