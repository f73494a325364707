/**
 * What is wrong in a catalogue, with the place. Problems are collected, not thrown, so that the
 * owner sees all of them at once.
 */
export interface CatalogueProblem {
  /** An error makes the catalogue unusable; a warning is a probable oversight. */
  readonly severity: 'error' | 'warning'
  /** Relative to the catalogue's folder. */
  readonly file: string
  readonly line: number
  readonly message: string
  /** A field that could have no effect: an error, but builds before let it pass. */
  readonly isIneffective?: true
}

/** A thing in a file that messages can point at. */
export interface Place {
  readonly file: string
  /** Line of the part at `path` below this place, or of the nearest part around it that exists. */
  lineOf(path: readonly (string | number)[]): number
}

/** One entry of a section, with the place from which it was read. */
export interface Declaration<T> {
  readonly id: string
  readonly given: T
  readonly place: Place
}

export interface ProblemList {
  readonly problems: readonly CatalogueProblem[]
  error(place: Place, path: readonly (string | number)[], message: string): void
  /** An error for a field that would be ignored; a catalogue that is archived is still read. */
  ineffective(place: Place, path: readonly (string | number)[], message: string): void
  warn(place: Place, path: readonly (string | number)[], message: string): void
}

export function createProblemList(): ProblemList {
  const problems: CatalogueProblem[] = []
  return {
    problems,
    error: (place, path, message) =>
      problems.push({ severity: 'error', file: place.file, line: place.lineOf(path), message }),
    ineffective: (place, path, message) =>
      problems.push({
        severity: 'error',
        file: place.file,
        line: place.lineOf(path),
        message,
        isIneffective: true,
      }),
    warn: (place, path, message) =>
      problems.push({ severity: 'warning', file: place.file, line: place.lineOf(path), message }),
  }
}

/** A place that is one line, such as a row of a CSV file. */
export function linePlace(file: string, line: number): Place {
  return { file, lineOf: () => line }
}
