/**
 * Parts of a column's text, for columns that hold more than their value: `after` begins behind the
 * first such text, `until` ends before the first such text that follows; where it is absent nothing is
 * cut off. `{ column: 7, after: '<I>', until: '-' }` of `<I>0611111111-202` is `0611111111`.
 */
import { z } from 'zod'
import type { ReadColumn } from './record-mapping.ts'

export const cutOptions = {
  after: z.string().min(1).optional(),
  until: z.string().min(1).optional(),
}

export interface ColumnCut {
  readonly after?: string | undefined
  readonly until?: string | undefined
}

/** Slots of columns that are cut; each is one more slot, behind those of whole columns. */
export interface CutSlots {
  /** The slot under which the cut column is read. */
  slotOf(slot: number, cut: ColumnCut): number
  /** The slot of the whole column. */
  wholeSlot(slot: number): number
  /** `read`, or where something is cut a reader that cuts it. */
  reader(read: ReadColumn): ReadColumn
}

/** Above every position of a column. */
const FIRST_CUT_SLOT = 1_000_000

export function createCutSlots(): CutSlots {
  const cuts: { slot: number; cut: ColumnCut }[] = []
  return {
    slotOf(slot, cut) {
      if (cut.after === undefined && cut.until === undefined) return slot
      return FIRST_CUT_SLOT + cuts.push({ slot, cut }) - 1
    },
    wholeSlot: (slot) => cuts[slot - FIRST_CUT_SLOT]?.slot ?? slot,
    reader(read) {
      if (cuts.length === 0) return read
      return (slot) => {
        const at = cuts[slot - FIRST_CUT_SLOT]
        return at === undefined ? read(slot) : cutText(read(at.slot), at.cut)
      }
    },
  }
}

function cutText(text: string, { after, until }: ColumnCut): string {
  const begun = after === undefined ? -1 : text.indexOf(after)
  const from = begun === -1 ? 0 : begun + (after?.length ?? 0)
  const ended = until === undefined ? -1 : text.indexOf(until, from)
  return text.slice(from, ended === -1 ? text.length : ended).trim()
}
