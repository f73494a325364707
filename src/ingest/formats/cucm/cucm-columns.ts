/**
 * The columns of a CUCM CDR that are read, in lower case since their spelling changes by release, and
 * where they stand in a file that has no row of names (release 8 and later).
 */
export const CUCM_COLUMNS = [
  'cdrrecordtype',
  'datetimeorigination',
  'callingpartynumber',
  'finalcalledpartynumber',
  'datetimeconnect',
  'lastredirectdn',
  'pkid',
  'duration',
  'origdevicename',
  'destdevicename',
  'lastredirectredirectonbehalfof',
  'lastredirectredirectreason',
  'joinonbehalfof',
  'clientmattercode',
  'outpulsedcalledpartynumber',
  'globalcallid_callmanagerid',
  'globalcallid_callid',
  'comment',
] as const
export type CucmColumn = (typeof CUCM_COLUMNS)[number]

/** Positions from 0, in the order of the list above; -1 where only a row of names can tell. */
const POSITIONS_WITHOUT_NAMES = [0, 4, 8, 30, 47, 49, 50, 55, 56, 57, 61, 63, 66, 70, 79, 1, 2, -1]

export const CUCM_POSITIONS: ReadonlyMap<CucmColumn, number> = new Map(
  CUCM_COLUMNS.map((name, at) => [name, POSITIONS_WITHOUT_NAMES[at] ?? -1]),
)
