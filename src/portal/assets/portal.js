/**
 * What pages do beyond what a browser does by itself. Without it everything works with one button more:
 * filters that answer while one types, keys, a link of a terminal that signs in, and passkeys.
 */
const TYPING_MS = 350

document.addEventListener('input', (event) => {
  const form = event.target.closest('form[data-live]')
  if (form === null) return
  clearTimeout(form.waiting)
  form.waiting = setTimeout(() => void show(form), event.target.matches('select') ? 0 : TYPING_MS)
})
document.addEventListener('submit', (event) => {
  const form = event.target.closest('form[data-live]')
  if (form === null) return
  event.preventDefault()
  void show(form)
})

/** The page that the form asks for, in place: what was being typed goes on. */
async function show(form) {
  const asked = new URLSearchParams([...new FormData(form)].filter(([, value]) => value !== ''))
  const address = new URL(form.action)
  address.search = asked.toString()
  const response = await fetch(address, { headers: { Accept: 'text/html' } })
  if (response.redirected) return location.assign(address)
  const next = new DOMParser().parseFromString(await response.text(), 'text/html')
  const focused = document.activeElement?.name
  const at = document.activeElement?.selectionStart
  document.querySelector('main').replaceWith(next.querySelector('main'))
  document.title = next.title
  history.replaceState(null, '', address)
  const field = focused && document.querySelector(`form[data-live] [name="${CSS.escape(focused)}"]`)
  if (!field) return
  field.focus()
  if (at !== null && field.type !== 'hidden') field.setSelectionRange?.(at, at)
}

/** Work that goes on: its page is looked at again until it is done. */
const AGAIN_MS = 2_000
function lookAgain() {
  if (document.querySelector('[data-refresh]') === null) return
  setTimeout(async () => {
    const response = await fetch(location.href)
    const next = new DOMParser().parseFromString(await response.text(), 'text/html')
    document.querySelector('main').replaceWith(next.querySelector('main'))
    lookAgain()
  }, AGAIN_MS)
}
lookAgain()

/** A key does what the first thing on the page that names it does; a field takes every key itself. */
document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return
  const isTyping = event.target.matches('input, select, textarea')
  if (isTyping && event.key !== 'Escape') return
  const target = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`)
  if (target === null) return
  event.preventDefault()
  if (target.matches('input')) target.focus()
  else target.click()
})

async function post(path, body) {
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  })
  const answer = await response.json()
  if (!response.ok) throw new Error([answer.detail, answer.hint].filter(Boolean).join(': '))
  return answer
}

function say(text) {
  const said = document.querySelector('.said')
  if (said !== null) said.textContent = text
}

/** A link of a mail brings its secret in the part that no server is sent: nobody types it. */
function fillLink(secret) {
  const label = document.querySelector('[data-link]')
  if (label === null) return
  label.querySelector('input').value = secret
  label.hidden = true
}

const link = new URLSearchParams(location.hash.slice(1)).get('link')
if (link !== null && location.pathname === '/set-password') {
  history.replaceState(null, '', location.pathname)
  fillLink(link)
}
if (link !== null && location.pathname === '/sign-in') {
  history.replaceState(null, '', location.pathname)
  post('/sign-in/link', { link }).then(
    () => location.assign('/'),
    (error) => say(error.message),
  )
}

customElements.define(
  'tik-passkey',
  class extends HTMLElement {
    connectedCallback() {
      this.hidden = globalThis.PublicKeyCredential?.parseRequestOptionsFromJSON === undefined
      this.addEventListener('click', () => {
        enterByPasskey().then(
          () => location.assign(this.dataset.next || '/'),
          (error) => say(error.message),
        )
      })
    }
  },
)

async function enterByPasskey() {
  const asked = await post('/sign-in/passkey/challenge', {})
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(asked)
  const credential = await navigator.credentials.get({ publicKey })
  await post('/sign-in/passkey', credential.toJSON())
}

customElements.define(
  'tik-new-passkey',
  class extends HTMLElement {
    connectedCallback() {
      this.hidden = globalThis.PublicKeyCredential?.parseCreationOptionsFromJSON === undefined
      this.addEventListener('submit', (event) => {
        event.preventDefault()
        const said = this.querySelector('.said')
        makePasskey(this.querySelector('[name=name]').value).then(
          () => location.reload(),
          (error) => (said.textContent = error.message),
        )
      })
    }
  },
)

async function makePasskey(name) {
  const asked = await post('/api/v1/me/passkeys/challenge', {})
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(asked)
  const credential = await navigator.credentials.create({ publicKey })
  await post('/api/v1/me/passkeys', { name, response: credential.toJSON() })
}
