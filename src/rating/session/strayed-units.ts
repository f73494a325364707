/**
 * Units out of bundle of a session whose rows have another rate than the one that prices it now: by the
 * session's slot and the rate of the rows. Few sessions have any.
 */
export type StrayedUnits = Map<number, ReadonlyMap<string, number>>

const NONE: ReadonlyMap<string, number> = new Map()

export function strayedUnits(strayed: StrayedUnits, session: number): ReadonlyMap<string, number> {
  return strayed.get(session) ?? NONE
}

/** The session had one rate for its `quantity` units, as far as they had not strayed, and has another now. */
export function noteAnotherRate(
  strayed: StrayedUnits,
  session: number,
  { from, to, quantity }: { readonly from: string; readonly to: string; readonly quantity: number },
): void {
  const units = new Map(strayedUnits(strayed, session))
  let atRate = quantity
  for (const each of units.values()) atRate -= each
  units.set(from, atRate)
  units.delete(to)
  keep(strayed, session, units)
}

/** More units of the session stand in rows of another rate. */
export function addStrayed(
  strayed: StrayedUnits,
  session: number,
  rateId: string,
  quantity: number,
): void {
  const units = new Map(strayedUnits(strayed, session))
  units.set(rateId, (units.get(rateId) ?? 0) + quantity)
  keep(strayed, session, units)
}

function keep(strayed: StrayedUnits, session: number, units: Map<string, number>): void {
  for (const [rateId, quantity] of units) if (quantity === 0) units.delete(rateId)
  if (units.size === 0) strayed.delete(session)
  else strayed.set(session, units)
}
