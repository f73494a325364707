/**
 * Who asks, and what they may reach: every use case takes a caller and asks here, so tenants are kept
 * apart in one place. What is beyond a caller's reach does not exist for them.
 */
import type { Account, Directory } from '../core/accounts/accounts.ts'
import { TikError } from '../core/failures/errors.ts'
import { unreachable } from '../core/failures/outcome.ts'
import { RIGHTS, type Right } from '../identity/rights.ts'
import type { Visitor } from '../audit/audit-log.ts'
import type { Actor } from '../invoicing/receivables/state-history.ts'
import type { ReportScope } from '../reports/usage-filter.ts'

export interface Caller {
  /** As histories show it. */
  readonly name: string
  /** Who it is, where the door knows: at a terminal the name of the system's user. */
  readonly person?: string
  readonly reach: ReportScope
  readonly rights: ReadonlySet<Right>
  /** The account for which one of the staff acts. */
  readonly onBehalfOf?: string
  /** Where they came in; a terminal where nothing is said. */
  readonly from?: Omit<Visitor, 'name'>
}

/** As the audit log names them. */
export function visitorOf({ name, person, onBehalfOf, from }: Caller): Visitor {
  const atTerminal = { door: 'cli', address: '', requestId: '' } as const
  const who = person === undefined ? name : `${person} (${name})`
  return {
    name: onBehalfOf === undefined ? who : `${who} for ${onBehalfOf}`,
    ...(from ?? atTerminal),
  }
}

/** Billing operations at a terminal of the installation: everything of everybody. */
export function operator(name: string, person?: string): Caller {
  const who = person === undefined ? {} : { person }
  return { name, ...who, reach: { kind: 'operator' }, rights: new Set(RIGHTS) }
}

/** As the history of an invoice keeps it. */
export function actorOf({ name, person }: Caller): Actor {
  return { by: person ?? name, door: name }
}

/** Throws `not_allowed`. */
export function requireRight({ name, rights }: Caller, right: Right): void {
  if (!rights.has(right)) throw new TikError('not_allowed', `${name} has no right to ${right}`)
}

/** The same where only the one who runs the installation can be meant. Throws `not_allowed`. */
export function requireOperator(caller: Caller): void {
  requireRight(caller, 'operate')
  if (caller.reach.kind !== 'operator') {
    throw new TikError('not_allowed', `${caller.name} is not the operator of this installation`)
  }
}

/** What finance does for the whole installation, such as closing a day. Throws `not_allowed`. */
export function requireFinanceOfAll(caller: Caller): void {
  requireRight(caller, 'finance')
  if (caller.reach.kind !== 'operator') {
    throw new TikError('not_allowed', `${caller.name} is not of the finance of this installation`)
  }
}

/** What finance does for one seller. Throws `not_allowed`, and `not_found` for a seller beyond reach. */
export function requireSellerFinance(caller: Caller, partnerId: string): void {
  requireRight(caller, 'finance')
  const { reach } = caller
  if (reach.kind === 'operator') return
  if (reach.kind === 'partner' && reach.partnerId === partnerId) return
  throw new TikError('not_found', `there is no partner ${partnerId}`)
}

/** Accounts that the caller reaches, in the order of the directory. */
export function accountsWithin(caller: Caller, directory: Directory): Account[] {
  return [...directory.accounts.values()].filter((account) => isWithinReach(caller, account))
}

/** Throws `not_found`, also for an account of somebody else. */
export function accountWithin(caller: Caller, directory: Directory, accountId: string): Account {
  const account = directory.accounts.get(accountId)
  if (account === undefined || !isWithinReach(caller, account)) {
    throw new TikError('not_found', `there is no account ${accountId}`)
  }
  return account
}

export function isWithinReach(
  { reach }: Caller,
  { accountId, partnerId }: Pick<Account, 'accountId' | 'partnerId'>,
): boolean {
  switch (reach.kind) {
    case 'operator':
      return true
    case 'partner':
      return reach.partnerId === partnerId
    case 'accounts':
      return reach.accountIds.includes(accountId)
    default:
      return unreachable(reach)
  }
}
