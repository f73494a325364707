/** What of a long list stands in the result of a job: the rest is counted, and read by the lists of the API. */

/** A row that a job leaves must bear to be read whole. */
export const SHOWN_MAX = 10_000

export function shown<Item>(items: readonly Item[]): Item[] {
  return items.slice(0, SHOWN_MAX)
}
