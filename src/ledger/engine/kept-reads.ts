/**
 * A ledger whose answers to what people look at are kept until it may say something else: a statement costs
 * the engine its 15 ms however little it reads, and a page asks the same ones again. The key is the whole
 * question, its text and its parameters, so who may see what is in it as it is in the statement.
 */
import type { ClickHouseStore } from './clickhouse-store.ts'
import type { QueryFile, QueryParams } from './query-file.ts'

/** The least recently asked leave first. A row of details is about a kilobyte. */
const ANSWERS_MAX = 5_000
const ROWS_MAX = 50_000
/** Larger ones are read and forgotten. */
const ROWS_OF_ANSWER_MAX = 2_000

export interface KeptReadsOptions {
  /**
   * A word that differs once the ledger has changed, for one that others write to as well. Asked before each
   * answer from what is kept; left out where this process alone writes.
   */
  readonly stand?: () => Promise<string>
}

/** Nothing is answered from before a write that this process made; see `stand` for the writes of others. */
export function keepReads(store: ClickHouseStore, options: KeptReadsOptions = {}): ClickHouseStore {
  const kept = createKeptAnswers()
  let knownStand = ''

  async function forgetIfChanged(): Promise<void> {
    if (options.stand === undefined) return
    const stand = await options.stand()
    if (stand === knownStand) return
    knownStand = stand
    kept.forget()
  }
  /** Before and after: who asks while it is written may read either, and is not kept past it. */
  async function changing<Result>(work: () => Promise<Result>): Promise<Result> {
    kept.forget()
    try {
      return await work()
    } finally {
      kept.forget()
    }
  }
  return {
    ...store,
    async query(file, params) {
      if (file.isLookedAt !== true) return store.query(file, params)
      await forgetIfChanged()
      return kept.answerOf(file, params, () => store.query(file, params))
    },
    command: (sql, params) => changing(() => store.command(sql, params)),
    insertNative: (insert) => changing(() => store.insertNative(insert)),
  }
}

interface KeptAnswer {
  readonly rows: Promise<readonly unknown[]>
  /** Known when it has come. */
  rowsCount: number
}

function createKeptAnswers() {
  /** In the order in which they were last asked. */
  const answers = new Map<string, KeptAnswer>()
  let rowsCount = 0

  function drop(key: string, answer: KeptAnswer): void {
    if (answers.get(key) !== answer) return // Forgotten meanwhile.
    answers.delete(key)
    rowsCount -= answer.rowsCount
  }
  function begin<Row>(key: string, read: () => Promise<Row[]>): KeptAnswer {
    const answer: KeptAnswer = { rows: read(), rowsCount: 0 }
    answers.set(key, answer)
    void settled(key, answer)
    makeRoom()
    return answer
  }
  async function settled(key: string, answer: KeptAnswer): Promise<void> {
    try {
      const rows = await answer.rows
      if (answers.get(key) !== answer) return
      answer.rowsCount = rows.length
      rowsCount += rows.length
      for (const row of rows) Object.freeze(row) // Several readers have it.
      if (rows.length > ROWS_OF_ANSWER_MAX) drop(key, answer)
      makeRoom()
    } catch {
      drop(key, answer) // Who asked has heard of it; the next one asks again.
    }
  }
  function makeRoom(): void {
    for (const [key, answer] of answers) {
      if (answers.size <= ANSWERS_MAX && rowsCount <= ROWS_MAX) return
      drop(key, answer)
    }
  }
  return {
    async answerOf<Params extends QueryParams, Row>(
      file: QueryFile<Params, Row>,
      params: Params,
      read: () => Promise<Row[]>,
    ): Promise<Row[]> {
      const key = `${file.sql}\n${JSON.stringify(params)}`
      const known = answers.get(key)
      if (known !== undefined) {
        answers.delete(key)
        answers.set(key, known)
      }
      const { rows } = known ?? begin(key, read)
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the key has the statement, and with it what its rows are
      return [...((await rows) as readonly Row[])]
    },
    forget(): void {
      answers.clear()
      rowsCount = 0
    },
  }
}
