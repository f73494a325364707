/**
 * The window of duplicates that all partitions of one worker share: an account is in one partition,
 * so nobody else adds to what it holds, except while a partition belonged to another worker. Then
 * the window is renewed, which reads it again from the ledger day by day.
 */
import type { DuplicateWindow } from '../../ledger/duplicates/duplicate-window.ts'

export interface RenewableWindow extends DuplicateWindow {
  /** Only between batches. */
  renew(): void
}

export function createRenewableWindow(create: () => DuplicateWindow): RenewableWindow {
  let window: DuplicateWindow | undefined
  const present = (): DuplicateWindow => (window ??= create())
  return {
    prepare: (usages, settled) => present().prepare(usages, settled),
    check: (usage) => present().check(usage),
    remember: (usage) => present().remember(usage),
    renew() {
      window = undefined
    },
  }
}
