/** The options of sources, judged by their formats when the configuration is read. */
import { z } from 'zod'
import { TikError } from '../core/failures/errors.ts'
import type { SourceConfig } from './format.ts'
import { formatAdapter } from './formats/format-registry.ts'

export interface OptionProblem {
  /** Under the source, such as ['options', 'time', 'formats']. */
  readonly path: readonly string[]
  readonly message: string
}

/** Everything that the source's format refuses; empty when a decoder can be made. */
export function optionProblems(source: SourceConfig): OptionProblem[] {
  try {
    // Whoever opens a file gives it an identity; a mapping may rely on it.
    const options = { ...source.options, fileIdentity: source.sourceId }
    const adapter = formatAdapter(source.format)
    adapter.createDecoder({ ...source, options })
    adapter.requireEffect?.({ ...source, options })
    return []
  } catch (thrown) {
    if (!(thrown instanceof TikError) || thrown.code !== 'mapping_invalid') throw thrown
    return problemsSchema.parse(thrown.cause).map((problem) => {
      const [, path = '', message = problem] = PROBLEM.exec(problem) ?? []
      return { path: path.split('.'), message }
    })
  }
}

const problemsSchema = z.array(z.string()) // See mappingInvalid in format-options.ts.
const PROBLEM = /^([\w.-]+): ([^]*)$/
