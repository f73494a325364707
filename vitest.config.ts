/** Tests sit beside the code; what spans stages is in test/. Decision 0200 says how they are run. */
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'
import { CountReporter } from './scripts/count-reporter.ts'
import { LongestFirst } from './scripts/longest-first.ts'

export default defineConfig({
  test: {
    include: [
      'src/**/*.test.ts',
      'test/**/*.test.ts',
      'scripts/**/*.test.ts',
      'bench/**/*.test.ts',
    ],
    setupFiles: ['test/own-environment.ts', 'test/property-seed.ts'],
    // One process runs many files, one after the other: most of a small file's time was spent on
    // loading the same modules again. The embedded engines allow one open folder a process.
    pool: 'forks',
    isolate: false,
    maxWorkers: 3, // On two processors: one of them usually waits for a broker or a command.
    sequence: { sequencer: LongestFirst },
    // The commands that tests start keep their compiled modules, as bin/tik.mjs makes them do.
    env: { NODE_COMPILE_CACHE: join(import.meta.dirname, 'node_modules', '.cache', 'tik') },
    testTimeout: 30_000,
    hookTimeout: 60_000, // The first of a machine makes the operations store that the others copy.
    reporters: ['default', new CountReporter()],
  },
})
