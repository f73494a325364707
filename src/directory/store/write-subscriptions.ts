/** Changed subscriptions of an import, in all the tables that they are kept in. */
import { z } from 'zod'
import type { Subscription } from '../../core/accounts/accounts.ts'
import { TikError } from '../../core/failures/errors.ts'
import type { SqlRunner } from '../../postgres/operations-store.ts'
import { replaceRows, toSubscriptionRow, toValidityColumns, upsertRows } from './directory-rows.ts'

const SHARED_IDENTITIES_SHOWN_MAX = 20

/** Subscriptions and what each has with dates, in place of what it had. */
export async function writeSubscriptions(
  sql: SqlRunner,
  subscriptions: readonly Subscription[],
): Promise<void> {
  const ids = subscriptions.map(({ subscriptionId }) => subscriptionId)
  await upsertRows(sql, 'subscriptions', subscriptions.map(toSubscriptionRow))
  const holders = subscriptions.flatMap(({ subscriptionId, earlierAccounts = [] }) =>
    earlierAccounts.map(({ accountId, toMs }) => ({
      subscription_id: subscriptionId,
      to_ms: toMs,
      account_id: accountId,
    })),
  )
  await replaceRows(sql, 'subscription_earlier_accounts', ids, holders)
  const identities = subscriptions.flatMap(({ subscriptionId, identities: list }) =>
    list.map(({ kind, value, ...validity }) => ({
      subscription_id: subscriptionId,
      kind,
      value,
      ...toValidityColumns(validity),
    })),
  )
  await replaceRows(sql, 'subscription_identities', ids, identities)
  const plans = subscriptions.flatMap(({ subscriptionId, plans: list }) =>
    list.map(({ planId, ...validity }) => ({
      subscription_id: subscriptionId,
      plan_id: planId,
      ...toValidityColumns(validity),
    })),
  )
  await replaceRows(sql, 'subscription_plans', ids, plans)
  const modules = subscriptions.flatMap(({ subscriptionId, modules: list }) =>
    list.map(({ moduleId, ...validity }) => ({
      subscription_id: subscriptionId,
      module_id: moduleId,
      ...toValidityColumns(validity),
    })),
  )
  await replaceRows(sql, 'subscription_modules', ids, modules)
  const memberships = subscriptions.flatMap(({ subscriptionId, groups }) =>
    groups.map(({ groupId, ...validity }) => ({
      subscription_id: subscriptionId,
      group_id: groupId,
      ...toValidityColumns(validity),
    })),
  )
  await replaceRows(sql, 'group_members', ids, memberships)
  const billTos = subscriptions.flatMap(({ subscriptionId, billTos: list = [] }) =>
    list.map(({ billToId, ...validity }) => ({
      subscription_id: subscriptionId,
      ...toValidityColumns(validity),
      bill_to_id: billToId,
    })),
  )
  await replaceRows(sql, 'subscription_bill_tos', ids, billTos)
  await assertNoSharedIdentity(sql)
}

/**
 * A number that leads to two subscriptions at one moment would be billed to either of them. Extensions
 * are numbers within an account.
 */
async function assertNoSharedIdentity(sql: SqlRunner): Promise<void> {
  const shared = await sql.query(
    `SELECT one.kind, one.value, one.subscription_id AS first, other.subscription_id AS second
     FROM subscription_identities AS one
     JOIN subscription_identities AS other
       ON other.kind = one.kind AND other.value = one.value
       AND (other.from_ms, other.subscription_id) > (one.from_ms, one.subscription_id)
     JOIN subscriptions AS first_holder ON first_holder.subscription_id = one.subscription_id
     JOIN subscriptions AS second_holder ON second_holder.subscription_id = other.subscription_id
     WHERE (one.to_ms IS NULL OR one.to_ms > other.from_ms)
       AND (one.kind <> 'number' OR one.value LIKE '+%'
         OR first_holder.account_id = second_holder.account_id)
     ORDER BY one.kind, one.value LIMIT ${SHARED_IDENTITIES_SHOWN_MAX}`,
    [],
    z.object({ kind: z.string(), value: z.string(), first: z.string(), second: z.string() }),
  )
  if (shared.length === 0) return
  const lines = shared.map(
    ({ kind, value, first, second }) => `${kind} ${value} would lead to ${first} and ${second}`,
  )
  throw new TikError('accounts_invalid', lines.join('\n'), {
    hint: 'end the earlier assignment in the same document; nothing was imported',
  })
}
