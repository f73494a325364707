/** The catalogue and the account of one scenario of fixtures/alerts/scenarios.txt. */
import type { LimitCode, LimitSetting, User } from '../../src/core/accounts/accounts.ts'
import { ALWAYS, createWorld, step, type World } from '../rating/world.ts'

const MB = 1_048_576
const EUR = 1_000_000
const BUNDLE_AMOUNT = 1_000

/** What a scenario's numbers mean, and which usage moves its limit. */
export interface ScenarioKind {
  readonly code: LimitCode
  readonly subject: string
  readonly callType: string
  readonly planId: string
  /** Units of usage, and of the limit, for 1 in the table. */
  readonly usageFactor: number
  readonly amountFactor: number
  /** How `tik limits set` writes an amount. */
  readonly written: (amount: number) => string
}

export const SCENARIO_KINDS: Readonly<Record<string, ScenarioKind>> = {
  'group-bundle': bundle('group-bundle', 'pool', 'data', MB),
  'data-bundle': bundle('data-bundle', 'own-data', 'data', MB),
  'sms-bundle': bundle('sms-bundle', 'own-sms', 'sms', 1),
  'voice-bundle': bundle('voice-bundle', 'own-voice', 'call', 60),
  'account-total': money('account-total', 'data'),
  'subscription-total': money('subscription-total', 'data'),
  'national-data': money('national-data', 'data'),
  'voip-total': money('voip-total', 'data'),
  'roaming-spend': money('roaming-spend', 'roaming'),
  'module-volume': volume('module-volume', 'module', 'module-data', MB),
  'sim-cap data': volume('sim-cap', 'data', 'free-data', MB),
  'sim-cap sms': volume('sim-cap', 'sms', 'sms', 1),
  'sim-cap voice': volume('sim-cap', 'voice', 'call', 60),
}

const BUNDLE = { amount: BUNDLE_AMOUNT * MB, unit: 'byte', callTypes: ['data'] } as const
const RATES = { data: 'paid', roaming: 'paid', 'module-data': 'free', 'free-data': 'free' }

/** Shared by all scenarios: call types, a plan for each kind of bundle, and one module. */
const PARTS = {
  callTypes: [
    { id: 'call' },
    { id: 'data', kind: 'data', counts: 'national-data' },
    { id: 'free-data', kind: 'data' },
    { id: 'module-data', kind: 'data' },
    { id: 'roaming', kind: 'data', counts: 'roaming-data' },
    { id: 'sms', kind: 'sms' },
  ],
  rates: {
    paid: [{ steps: [step('1', MB, MB)] }],
    minutes: [{ steps: [step('1', 60, 60)] }],
    free: [{ steps: [step('0', MB, MB)] }],
    message: [{ steps: [step('0')] }],
  },
  units: { paid: 'byte', free: 'byte', message: 'message' },
  allowances: [
    {
      allowanceId: 'pool',
      ...BUNDLE,
      amount: BUNDLE.amount / 2,
      scope: 'group-pooled',
      watchedBy: 'group-bundle',
    },
    { allowanceId: 'own-data', ...BUNDLE, watchedBy: 'data-bundle' },
    {
      allowanceId: 'own-sms',
      amount: BUNDLE_AMOUNT,
      unit: 'message',
      callTypes: ['sms'],
      watchedBy: 'sms-bundle',
    },
    {
      allowanceId: 'own-voice',
      amount: BUNDLE_AMOUNT * 60,
      unit: 'second',
      callTypes: ['call'],
      watchedBy: 'voice-bundle',
    },
  ],
  plans: {
    pool: { rates: { ...RATES, sms: 'message' }, allowanceIds: ['pool'] },
    'own-data': { rates: { ...RATES, sms: 'message' }, allowanceIds: ['own-data'] },
    'own-sms': { rates: { ...RATES, sms: 'message' }, allowanceIds: ['own-sms'] },
    'own-voice': { rates: { ...RATES, call: 'minutes' }, allowanceIds: ['own-voice'] },
    bare: { rates: { ...RATES, sms: 'message', call: 'minutes' } },
  },
  modules: { module: { limit: { unit: 'byte', step: MB, callTypes: ['module-data'] } } },
} as const

/** A world with one account; its ids begin with `prefix`. */
export function scenarioWorld(
  prefix: string,
  kind: ScenarioKind,
  limits: readonly LimitSetting[],
): World {
  const accountId = `${prefix}account`
  const subscription = (name: string) => ({
    subscriptionId: prefix + name,
    accountId,
    plans: [{ planId: kind.planId, ...ALWAYS }],
    modules: [{ moduleId: 'module', ...ALWAYS }],
    groups: kind.code === 'group-bundle' ? [{ groupId: `${prefix}group`, ...ALWAYS }] : [],
  })
  const world = createWorld({
    ...PARTS,
    partner: { partnerId: `${prefix}partner`, mailFrom: 'noreply@partner.example' },
    accounts: [{ accountId }],
    groups: [{ groupId: `${prefix}group`, accountId }],
    subscriptions: [
      subscription('a'),
      subscription('b'),
      { ...subscription('v'), product: 'voip', modules: [], groups: [] },
    ],
  })
  const isVoip = kind.code === 'voip-total'
  const told = isVoip ? 'voip-high-usage' : 'mobile-high-usage'
  const other = isVoip ? 'mobile-high-usage' : 'voip-high-usage'
  const users = [
    user(prefix, 'told', [told]),
    user(prefix, 'other', [other, 'invoices', 'sim-block']),
  ]
  return { ...world, directory: { ...world.directory, users, limits } }
}

function user(prefix: string, name: string, registrations: User['registrations']): User {
  return {
    userId: prefix + name,
    accountId: `${prefix}account`,
    name,
    email: `${prefix}${name}@customer.example`,
    language: 'en',
    registrations,
  }
}

function bundle(code: LimitCode, planId: string, callType: string, factor: number): ScenarioKind {
  const factors = { usageFactor: factor, amountFactor: factor }
  return { code, subject: planId, callType, planId, ...factors, written: String }
}

function money(code: LimitCode, callType: string): ScenarioKind {
  const factors = { usageFactor: MB, amountFactor: EUR }
  return { code, subject: '', callType, planId: 'bare', ...factors, written: String }
}

function volume(code: LimitCode, subject: string, callType: string, factor: number): ScenarioKind {
  const unit = { 1: 'SMS', 60: 'min', [MB]: 'MB' }[factor]
  const factors = { usageFactor: factor, amountFactor: factor }
  const written = (amount: number): string => `${amount} ${unit}`
  return { code, subject, callType, planId: 'bare', ...factors, written }
}
