/**
 * Time for a simulation: everything that would wait parks here, and a seed decides who goes next.
 * Two runs with one seed take the same turns in the same order.
 */

export interface SimulatedTurns {
  /** Resolves when it is this actor's turn; never, once the actor was killed. */
  turn(actor: string): Promise<void>
  freeze(actor: string): void
  thaw(actor: string): void
  kill(actor: string): void
  /** Gives one turn. False when nobody can have one. */
  step(): Promise<boolean>
  /** Milliseconds, a little more with each turn. */
  nowMs(): number
  readonly turnsCount: number
}

const START_MS = Date.UTC(2026, 9, 25)
const MS_PER_TURN = 7

export function createSimulatedTurns(random: () => number): SimulatedTurns {
  let parked: { actor: string; resolve: () => void }[] = []
  const frozen = new Set<string>()
  let turnsCount = 0
  return {
    turn: (actor) => new Promise((resolve) => parked.push({ actor, resolve })),
    freeze: (actor) => void frozen.add(actor),
    thaw: (actor) => void frozen.delete(actor),
    kill(actor) {
      parked = parked.filter((one) => one.actor !== actor)
      frozen.add(actor)
    },
    async step() {
      await new Promise(setImmediate) // What runs by itself runs first, until all are parked.
      const ready = parked.filter((one) => !frozen.has(one.actor))
      const chosen = ready[Math.floor(random() * ready.length)]
      if (chosen === undefined) return false
      parked.splice(parked.indexOf(chosen), 1)
      turnsCount += 1
      chosen.resolve()
      return true
    },
    nowMs: () => START_MS + turnsCount * MS_PER_TURN,
    get turnsCount() {
      return turnsCount
    },
  }
}
