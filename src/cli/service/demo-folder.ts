/** The folder of a demo: that it is one, of this size; its catalogue, accounts and CDR files. */
import { cpSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { SAMPLE_CATALOGUE_FOLDER } from '../../app/rating-parts.ts'
import type { Stores } from '../../app/stores.ts'
import { TikError } from '../../core/failures/errors.ts'
import { writeDemoMonths, type NamedMonth } from '../../demo/make-months.ts'
import { startProgress } from '../progress.ts'

export interface DemoSettings {
  readonly accountsCount: number
  /** In all, the one of the story included. */
  readonly monthsCount: number
  readonly seed: number
}

/** Its months, oldest first. Throws `usage_error` where the folder is of something else. */
export function prepareDemoFolder(stores: Stores, settings: DemoSettings): NamedMonth[] {
  claimFolder(stores, settings)
  copyCatalogue(stores)
  return writeMonths(stores, settings)
}

/** A demo never writes into a folder with other accounts, nor changes its size half way. */
function claimFolder(stores: Stores, settings: DemoSettings): void {
  const marker = join(stores.folder.path, 'demo.json')
  if (!existsSync(marker)) {
    if (existsSync(join(stores.folder.path, 'sources.yaml'))) {
      throw new TikError('usage_error', `${stores.folder.path} is in use, and not by a demo`, {
        hint: 'choose an empty folder with --dir',
      })
    }
    writeFileSync(`${marker}.part`, JSON.stringify(settings))
    renameSync(`${marker}.part`, marker)
    return
  }
  const stored = storedSettings.parse(JSON.parse(readFileSync(marker, 'utf8')))
  if (!isDeepStrictEqual(stored, settings)) {
    const { accountsCount, monthsCount, seed } = stored
    throw new TikError(
      'usage_error',
      `${stores.folder.path} holds a demo of ${accountsCount} accounts and ${monthsCount} months with seed ${seed}`,
      {
        hint: `run it with --accounts ${accountsCount} --months ${monthsCount} --seed ${seed}, or choose another folder with --dir`,
      },
    )
  }
}

/** A demo of before had one month, and did not say so. */
const storedSettings = z.object({
  accountsCount: z.int(),
  monthsCount: z.int().default(1),
  seed: z.int(),
})

/** The sample catalogue, for the user to read and change; an edited one is left alone. */
function copyCatalogue(stores: Stores): void {
  const folder = join(stores.folder.path, 'catalogue')
  if (existsSync(folder)) return
  const staged = `${folder}.staged`
  rmSync(staged, { recursive: true, force: true })
  cpSync(SAMPLE_CATALOGUE_FOLDER, staged, { recursive: true })
  renameSync(staged, folder)
}

function writeMonths(stores: Stores, settings: DemoSettings): NamedMonth[] {
  const progress = startProgress('making the months', 100)
  try {
    return writeDemoMonths({
      folder: stores.folder.path,
      seed: settings.seed,
      accounts: settings.accountsCount,
      months: settings.monthsCount,
      onDay: ({ period, days, of }) =>
        progress.update((days * 100) / of, `${period}: day ${days} of ${of}`),
    })
  } finally {
    progress.stop()
  }
}
