/**
 * Before any test: what the environment of whoever runs them says to tik itself is nothing to tests. A store that it
 * names is somebody's, and they would write into it. Settings of the tests themselves stay.
 */
const OF_TESTS = /^TIK_(TEST|REQUIRE|PROPERTY)_/

for (const name of Object.keys(process.env)) {
  if (name.startsWith('TIK_') && !OF_TESTS.test(name)) delete process.env[name]
}
