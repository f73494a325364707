/** A figure that is asked to be as much, less or more than something. */
export interface Comparison<Value> {
  readonly is: '=' | '<' | '>'
  readonly value: Value
}

/** A fixed text for each, so that nothing of the caller's gets into a statement. */
export function operator(comparison: Comparison<unknown>): string {
  return { '=': '=', '<': '<', '>': '>' }[comparison.is]
}

/** The same of a figure that is known already; everything holds where nothing is asked. */
export function holds(
  figure: number | bigint,
  comparison: Comparison<number> | undefined,
): boolean {
  if (comparison === undefined) return true
  if (comparison.is === '=') return Number(figure) === comparison.value
  return comparison.is === '<' ? figure < comparison.value : figure > comparison.value
}
