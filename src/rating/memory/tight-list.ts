/**
 * A copy of a list that does not grow. V8 leaves room for sixteen more in a list that was pushed to or
 * spread into, and a worker keeps millions of lists of one or two.
 */
export function tightList<Item>(list: readonly Item[]): readonly Item[] {
  return list.length === 0 ? NONE : list.slice()
}

const NONE: readonly never[] = []
