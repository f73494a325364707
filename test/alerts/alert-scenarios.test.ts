/**
 * The golden table of limit mails: each row of fixtures/alerts/scenarios.txt through the real rater,
 * the real limits administration, the real outbox and a folder of mails. All rows go forward in
 * step, so that one dispatch serves them all, as in life.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import PostalMime from 'postal-mime'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { fixedClock } from '../../src/core/time/clock.ts'
import type { Directory } from '../../src/core/accounts/accounts.ts'
import { openTestOperations, type TestOperations } from '../doubles/test-operations.ts'
import { dispatchAlerts } from '../../src/alerts/dispatch-alerts.ts'
import { createFolderMailer } from '../../src/mail/folder-mailer.ts'
import type { CrossingReader } from '../../src/alerts/crossings/ledger-crossings.ts'
import { createScenario, parseScenarios, type Scenario } from './scenario.ts'
import { repeatedAt } from '../../src/limits/limit-levels.ts'
import { SCENARIO_KINDS, scenarioWorld, type ScenarioKind } from './scenario-world.ts'

const START_MS = Date.parse('2026-10-12T12:00:00Z')
const STEP_MS = 120_000
const lines = parseScenarios(readFileSync('fixtures/alerts/scenarios.txt', 'utf8'))
const folder = mkdtempSync(join(tmpdir(), 'tik-test-scenarios-'))
const told = new Map<string, string[]>()
let operations: TestOperations

beforeAll(async () => {
  operations = await openTestOperations()
  const scenarios: Scenario[] = []
  for (const [index, line] of lines.entries()) {
    scenarios.push(await createScenario(operations.store, index, line))
  }
  const stepsCount = Math.max(...scenarios.map(({ events }) => events.length))
  for (let step = 0; step < stepsCount; step++) {
    const nowMs = START_MS + step * STEP_MS
    for (const scenario of scenarios) {
      const event = scenario.events[step]
      if (event !== undefined) await scenario.play(event, nowMs)
    }
    await dispatchStep(scenarios, nowMs)
    await readStep(scenarios, step, nowMs)
  }
}, 120_000)

afterAll(async () => {
  await operations[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true })
})

describe('fixtures/alerts/scenarios.txt', () => {
  test.each(lines)('$line', ({ line, cells }) => {
    expect(told.get(line)?.join('; ')).toBe(cells[2])
  })
})

test('there are at least 80 scenarios, and each kind of limit is in them', () => {
  expect(lines.length).toBeGreaterThanOrEqual(80)
  for (const kind of Object.keys(SCENARIO_KINDS)) {
    expect(lines.some(({ cells }) => cells[0]?.startsWith(kind))).toBe(true)
  }
})

test('every mail of the table is a file to the one user who is registered for it', async () => {
  const mailsCount = [...told.values()].flat().filter((text) => text !== '-').length
  const names = readdirSync(folder)
  expect(names).toHaveLength(mailsCount)
  const ids = new Set<string>()
  for (const name of names) {
    const mail = await PostalMime.parse(readFileSync(join(folder, name)))
    expect(mail.to?.[0]?.address).toMatch(/^s\d+-told@customer\.example$/)
    ids.add(mail.messageId ?? '')
  }
  expect(ids.size).toBe(mailsCount)
})

async function dispatchStep(scenarios: readonly Scenario[], nowMs: number): Promise<void> {
  const [any] = Object.values(SCENARIO_KINDS)
  if (any === undefined) throw new Error('there is a kind')
  await dispatchAlerts({
    reader: readerOf(scenarios),
    store: operations.store,
    mailer: createFolderMailer(folder),
    catalogue: scenarioWorld('any-', any, []).catalogue,
    directory: merged(scenarios.map((scenario) => scenario.directory())),
    clock: fixedClock(nowMs),
    mailsPerMinuteMax: 600,
  })
}

/** One log partition for each scenario; it knows itself how far it was read. */
function readerOf(scenarios: readonly Scenario[]): CrossingReader {
  return {
    async readAfter() {
      const crossings = scenarios.flatMap((scenario) => {
        const fresh = scenario.rows.slice(scenario.nextOffset).flat()
        scenario.nextOffset = scenario.rows.length
        return fresh
      })
      return { crossings, positions: [] }
    },
  }
}

const tokenRow = z.object({ accountId: z.string(), level: z.string(), amount: z.int() })

/** What the mails of this step said, as percent/amount in the order in which it was crossed. */
async function readStep(
  scenarios: readonly Scenario[],
  step: number,
  nowMs: number,
): Promise<void> {
  const rows = await operations.store.query(
    `SELECT crossing.account_id AS "accountId", level, amount
     FROM alert_crossings AS crossing JOIN alert_notices USING (crossing_id)
     JOIN mails USING (mail_id)
     WHERE mails.state = 'sent' AND mails.created_ms = $1 ORDER BY crossing_id`,
    [nowMs],
    tokenRow,
  )
  const byAccount = Map.groupBy(rows, ({ accountId }) => accountId)
  for (const { prefix, line, kind, events } of scenarios) {
    if (step >= events.length) continue
    const tokens = (byAccount.get(`${prefix}account`) ?? []).map(
      ({ level, amount }) => `${levelToken(level, kind)}/${amount / kind.amountFactor}`,
    )
    const text = tokens.length === 0 ? '-' : tokens.join('+')
    told.set(line, [...(told.get(line) ?? []), text])
  }
}

/** '80' for 80 %; '>60' for a level that repeats and stands for 60. */
function levelToken(level: string, { amountFactor }: ScenarioKind): string {
  const sum = repeatedAt(level)
  return sum === undefined ? (level.split('@')[0] ?? '') : `>${sum / amountFactor}`
}

function merged(directories: readonly Directory[]): Directory {
  return {
    partners: new Map(directories.flatMap(({ partners }) => [...partners])),
    accounts: new Map(directories.flatMap(({ accounts }) => [...accounts])),
    subscriptions: directories.flatMap(({ subscriptions }) => subscriptions),
    groups: new Map(directories.flatMap(({ groups }) => [...groups])),
    users: directories.flatMap(({ users }) => users),
    limits: directories.flatMap(({ limits }) => limits),
  }
}
