/** Tests sit beside the code; what spans stages is in test/. */
import { defineConfig } from 'vitest/config'
import { CountReporter } from './scripts/count-reporter.ts'

export default defineConfig({
  test: {
    include: [
      'src/**/*.test.ts',
      'test/**/*.test.ts',
      'scripts/**/*.test.ts',
      'bench/**/*.test.ts',
    ],
    pool: 'forks', // The embedded engines bind one data folder to one process.
    testTimeout: 30_000,
    reporters: ['default', new CountReporter()],
  },
})
