/** Which of the records that wait are asked for: all, or those of some time and of some accounts. */

export interface RejectFilter {
  /** Usage that began in it, half open. A record whose time could not be read began at 0. */
  readonly started?: { readonly fromMs: number; readonly toMs: number } | undefined
  /** With those of which the account is not known: they may be of one of these. */
  readonly accountIds?: readonly string[] | undefined
}

export type RejectFilterParams = {
  readonly fromMs: number
  readonly toMs: number
  readonly isOfAccounts: number
  readonly accountIds: readonly string[]
}

/** As the queries take it. */
export function rejectFilterParams({ started, accountIds }: RejectFilter): RejectFilterParams {
  return {
    fromMs: started?.fromMs ?? Number.MIN_SAFE_INTEGER,
    toMs: started?.toMs ?? Number.MAX_SAFE_INTEGER,
    isOfAccounts: accountIds === undefined ? 0 : 1,
    accountIds: accountIds ?? [],
  }
}
