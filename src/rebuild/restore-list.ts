/** The list of files: what could be read of it, completed from the journal. */
import type { ClickHouseStore } from '../ledger/engine/clickhouse-store.ts'
import type { JournalEvent, JournalFile } from '../ledger/holes/recording-journal.ts'
import { listSourceFiles, restoreSourceFile, type SourceFile } from '../ledger/source-files.ts'

/** Returns the list as it is then, and how many entries were put back. */
export async function restoreList(
  store: ClickHouseStore,
  journal: readonly JournalEvent[],
): Promise<{ files: SourceFile[]; restoredCount: number }> {
  const listed = new Map((await listSourceFiles(store)).map((file) => [file.number, file]))
  const registered = new Map<number, JournalFile>()
  for (const event of journal) {
    if (event.event === 'registered') registered.set(event.number, event)
  }
  let restoredCount = 0
  for (const event of journal) {
    if (event.event === 'batch') continue
    const file = registered.get(event.number)
    const known = listed.get(event.number)
    const isThere =
      event.event === 'registered' ? known !== undefined && known.name !== '' : known?.finished
    if (file === undefined || isThere === true) continue
    const recordsCount = event.event === 'finished' ? event.recordsCount : 0
    const { recordedMs } = event
    restoredCount += 1
    await restoreSourceFile(store, file, { event: event.event, recordsCount, recordedMs })
  }
  const files = (await listSourceFiles(store)).filter(({ name }) => name !== '')
  return { files, restoredCount }
}
