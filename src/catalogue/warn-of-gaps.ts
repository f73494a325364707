/**
 * Probable oversights in a catalogue without errors: what can happen and has no price, and what is
 * declared and can never happen.
 */
import type { Catalogue } from './catalogue.ts'
import type { ProblemList } from './catalogue-problem.ts'
import type { CatalogueFolder } from './read-catalogue-folder.ts'

export function warnOfGaps(
  catalogue: Catalogue,
  folder: CatalogueFolder,
  problems: ProblemList,
): void {
  void catalogue
  void folder
  void problems
}
