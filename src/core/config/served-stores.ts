/** What `tik store-server` leaves in the folder that it serves, so that other processes find it and its secret. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { TikError } from '../failures/errors.ts'

/** Readable by the folder's owner only. */
export const SERVED_FILE = 'store-server.json'

const servedStores = z.strictObject({
  clickhouseUrl: z.url(),
  clickhousePassword: z.string(),
  postgresUrl: z.url(),
})

export type ServedStores = z.output<typeof servedStores>

/** Throws `config_invalid` when nobody serves the folder. */
export function readServedStores(dataFolder: string): ServedStores {
  try {
    return servedStores.parse(JSON.parse(readFileSync(join(dataFolder, SERVED_FILE), 'utf8')))
  } catch (error) {
    throw new TikError('config_invalid', `TIK_STORES: no store server serves ${dataFolder}`, {
      hint: `start \`tik store-server --dir ${dataFolder}\` first, as the same user`,
      cause: error,
    })
  }
}
