/** An IBAN in groups of four, as people read it. */
export function ibanGroups(iban: string): string {
  return iban.replaceAll(/\s/g, '').replaceAll(/(.{4})(?=.)/g, '$1 ')
}
