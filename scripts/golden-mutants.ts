/**
 * Mutants of rating that its golden tables do not see: a worker takes one after the other, each in a
 * folder of its own. One that does not end (a changed bound may loop for ever) is seen.
 */
import { cpSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Mutant } from './mutants-of.ts'

const GOLDEN_MS_MAX = 15_000

/**
 * `copy` holds the tree; `mutatedText` is a mutant's whole file. Throws when the tables fail without a
 * mutant too: a worker that sees something there would see everything.
 */
export async function notSeenByGolden(
  all: readonly Mutant[],
  copy: string,
  mutatedText: (mutant: Mutant) => string,
): Promise<Mutant[]> {
  const unchanged = join(copy, 'mutants', 'none')
  prepareFolder(unchanged, copy)
  const folders = all.map((mutant, index) => {
    const folder = join(copy, 'mutants', String(index))
    prepareFolder(folder, copy)
    writeFileSync(join(folder, mutant.file), mutatedText(mutant))
    return folder
  })
  const worker = join(copy, 'scripts/mutant-worker.ts')
  const [isUnseen] = await unseenOf(worker, [unchanged])
  if (isUnseen === undefined) throw new Error('the golden tables fail without a mutant')
  return (await unseenOf(worker, folders)).map((index) => all[index]!)
}

/** Positions of the folders in which the tables see nothing. */
async function unseenOf(worker: string, folders: readonly string[]): Promise<number[]> {
  const found: number[] = []
  for (let next = 0; next < folders.length; next += 1) {
    next = await runWorker({ worker, folders, first: next }, (index) => found.push(index))
  }
  return found
}

/** Runs mutants from `first` on; resolves with the last one that was decided. */
function runWorker(
  parts: { readonly worker: string; readonly folders: readonly string[]; readonly first: number },
  noteUnseen: (index: number) => void,
): Promise<number> {
  const { folders, first } = parts
  const worker = new Worker(parts.worker, { workerData: { folders, first } })
  return new Promise((done, fail) => {
    let last = first
    const endAt = async (index: number): Promise<void> => {
      await worker.terminate()
      done(index)
    }
    let timer = setTimeout(() => void endAt(last), GOLDEN_MS_MAX)
    worker.on('error', fail)
    worker.on('message', ({ index, isSeen }: { index: number; isSeen: boolean }) => {
      clearTimeout(timer)
      if (!isSeen) noteUnseen(index)
      last = index + 1
      if (last === folders.length) void endAt(index)
      else timer = setTimeout(() => void endAt(last), GOLDEN_MS_MAX)
    })
  })
}

/** A folder with its own rating and its tables' reader; everything else is shared. */
function prepareFolder(folder: string, copy: string): void {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(join(folder, 'test'), { recursive: true })
  cpSync(join(copy, 'src/rating'), join(folder, 'src/rating'), { recursive: true })
  cpSync(join(copy, 'test/rating'), join(folder, 'test/rating'), { recursive: true })
  for (const shared of readdirSync(join(copy, 'src')).filter((name) => name !== 'rating')) {
    symlinkSync(join(copy, 'src', shared), join(folder, 'src', shared))
  }
}
