/**
 * What somebody may do, as a closed list, and the roles that give several rights at once. Whose data it
 * is said by the caller's reach, not here.
 */
export const RIGHTS = [
  /** What billing operations do: files, corrections, invoices, catalogue, accounts. */
  'operate',
  'see-usage',
  /** Whom people called: without it the other party's number is masked. */
  'see-numbers',
  'see-invoices',
  'change-limits',
  /** Asks the operator to block a SIM, which can cost a fee, and to free it. */
  'block-sims',
  /** Users, their roles, and clients of the API. */
  'manage-users',
  'see-audit',
  /** Of support: what a customer may do, on the customer's behalf, once the caller was verified. */
  'act-for-customers',
  /** What bookkeeping does: figures at a date, journals, direct debits. */
  'finance',
] as const
export type Right = (typeof RIGHTS)[number]

const OF_STAFF: ReadonlySet<Right> = new Set(['operate', 'finance', 'act-for-customers'])
const OF_CUSTOMERS = RIGHTS.filter((right) => !OF_STAFF.has(right))

/** In the words of the portal's pages; the rights of each, and who can have it. */
export const ROLES = {
  owner: { of: 'user', rights: OF_CUSTOMERS },
  admin: { of: 'user', rights: OF_CUSTOMERS },
  user: {
    of: 'user',
    rights: ['see-usage', 'see-numbers', 'see-invoices', 'change-limits', 'block-sims'],
  },
  bookkeeper: { of: 'user', rights: ['see-invoices'] },
  'billing-operations': { of: 'staff', rights: RIGHTS },
  /** With numbers: they hold a supplier's file against ours, call by call. */
  finance: {
    of: 'staff',
    rights: ['see-usage', 'see-numbers', 'see-invoices', 'see-audit', 'finance'],
  },
  support: { of: 'staff', rights: ['see-usage', 'see-numbers', 'see-invoices', 'see-audit'] },
  /** Never a credit, nor who may do what. */
  'support-acts': {
    of: 'staff',
    rights: [
      'see-usage',
      'see-numbers',
      'see-invoices',
      'see-audit',
      'change-limits',
      'block-sims',
      'act-for-customers',
    ],
  },
} as const satisfies Readonly<Record<string, { of: 'user' | 'staff'; rights: readonly Right[] }>>
export type Role = keyof typeof ROLES

/** Of a user to whom nobody gave any. */
export const DEFAULT_ROLES: readonly Role[] = ['user']

export function isRight(name: string): name is Right {
  return RIGHTS.some((right) => right === name)
}

export function isRole(name: string): name is Role {
  return Object.hasOwn(ROLES, name)
}

/** Of roles and single rights by name; what is not known any more gives none. */
export function rightsOf(names: readonly string[]): ReadonlySet<Right> {
  return new Set(
    names.flatMap((name): readonly Right[] => {
      if (isRole(name)) return ROLES[name].rights
      return isRight(name) ? [name] : []
    }),
  )
}
