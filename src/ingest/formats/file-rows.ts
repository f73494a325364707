/**
 * Keys of rows that have none of their own: the file that first held the row, and its number there. A
 * file that goes on after another one's content has that file's rows again, under the same keys.
 */
import { z } from 'zod'

/** An earlier file whose whole content this one begins with, and how many rows that had. */
export const continuedFile = z.strictObject({
  identity: z.string().min(1),
  records: z.int().min(0),
})
export type ContinuedFile = z.infer<typeof continuedFile>

export interface FileRowOptions {
  readonly fileIdentity?: string | undefined
  /** Shortest first. */
  readonly continues?: readonly ContinuedFile[] | undefined
}

/** Key of the row with this number, counted from 1; undefined when the file has no identity. */
export function createFileRowKeys({
  fileIdentity,
  continues = [],
}: FileRowOptions): (rowNumber: number) => string | undefined {
  if (fileIdentity === undefined) return () => undefined
  return (rowNumber) => {
    const first = continues.find(({ records }) => rowNumber <= records)
    return `${first?.identity ?? fileIdentity}/${rowNumber}`
  }
}
