// SPDX-License-Identifier: Apache-2.0
// messages/it.ts - Italian as written in Switzerland: formal (Lei), guillemets.

import type { Messages } from './en';
import { pair, plural } from './tools';

export const messages: Messages = {
  app: {
    skip: 'Vai al contenuto',
    language: 'Lingua',
    navigation: 'Navigazione principale',
    lines: 'Collegamenti',
    log: 'Registro di sicurezza',
    signOut: 'Esci',
    signedInAs: (login) => `Accesso effettuato come ${login}`,
  },
  common: {
    yes: 'sì',
    notYet: 'non ancora',
    loading: 'Caricamento …',
    retry: 'Riprova',
    cancel: 'Annulla',
    copy: 'Copia',
    copied: 'Copiato',
    copyFailed: 'Si prega di copiare a mano',
    dismiss: 'Chiudi',
    more: 'Mostra i precedenti',
    stale: 'L’aggiornamento non è riuscito; questi dati potrebbero essere vecchi.',
    notFound: 'Questa pagina non esiste',
    notFoundText: 'L’indirizzo è forse errato o non più valido.',
    toLines: 'Ai Suoi collegamenti',
    sessionEnded:
      'La Sua sessione è terminata. Quanto mostrato qui resta visibile finché non lascia la pagina; poi dovrà accedere di nuovo.',
  },
  time: {
    today: 'Oggi',
    yesterday: 'Ieri',
    todayAt: (hour) => `oggi, ${hour}`,
    yesterdayAt: (hour) => `ieri, ${hour}`,
    seconds: (n) => plural(n, 'secondo', 'secondi'),
    minutes: (n) => plural(n, 'minuto', 'minuti'),
  },
  errors: {
    network: 'Il server non è raggiungibile. Verifichi la Sua connessione.',
    wrong_login: 'Il nome di accesso o la password non è corretto.',
    too_many_attempts: (wait) => `Troppi tentativi. Attenda ${wait}.`,
    wrong_code: (left) =>
      left === undefined
        ? 'Questo codice non è corretto.'
        : left === 1
          ? 'Questo codice non è corretto. Le resta un tentativo.'
          : `Questo codice non è corretto. Le restano ${left} tentativi.`,
    code_expired: 'Questo codice è scaduto. Ne richieda uno nuovo.',
    code_locked: 'Troppi codici errati. Ricominci da capo.',
    unreachable: 'Ownline non è raggiungibile',
    unknown: 'Non ha funzionato. Riprovi più tardi.',
    codes: {
      action_unknown: 'Questo codice riguarda altro. Ne richieda uno nuovo.',
      bad_field: 'Verifichi i dati inseriti.',
      bad_target:
        'Non è possibile deviare verso questo numero. Inserisca un numero completo; i numeri d’emergenza e i numeri brevi non vanno bene.',
      busy: 'Il server è occupato. Riprovi tra un istante.',
      consent_old: 'Le condizioni sono cambiate. Le rilegga.',
      consent_required: 'Legga e confermi prima le condizioni.',
      core_away: 'Il servizio non è al momento disponibile. Riprovi tra un istante.',
      line_ended: 'Questo collegamento è terminato.',
      line_frozen: 'Questo collegamento è sospeso.',
      no_mobile:
        'Non abbiamo un numero di cellulare a cui inviare un codice. Si rivolga al servizio clienti.',
      not_allowed: 'Non dispone dell’autorizzazione necessaria.',
      not_eligible: 'Su questo collegamento non sono possibili apparecchi propri.',
      not_found: 'Questo elemento non esiste o non esiste più.',
      revoked: 'Questo apparecchio è già stato revocato.',
      sms_failed: 'Non è stato possibile inviare l’SMS. Riprovi tra un istante.',
      step_up_required: 'È necessario un codice. Ne richieda uno nuovo.',
      storage_failed: 'Non è stato possibile salvare. Riprovi tra un istante.',
      too_many_credentials:
        'Questo collegamento ha già tutti gli apparecchi possibili. Ne revochi prima uno.',
    },
  },
  signIn: {
    title: 'Accedi',
    headline: 'Il Suo numero fisso, sui Suoi apparecchi',
    points: [
      pair('Squilla dove si trova Lei', 'FRITZ!Box, telefono IP o app: il Suo numero La segue.'),
      pair(
        'Un accesso per apparecchio',
        'Ognuno ha i propri dati, mostrati una sola volta e solo a Lei.',
      ),
      pair('Un clic, ed è finita', 'Apparecchio smarrito? Lo revochi come una carta bancaria.'),
    ],
    login: 'Nome di accesso',
    password: 'Password',
    show: 'Mostra la password',
    submit: 'Continua',
    next: 'In seguito Le inviamo un codice sul telefono cellulare.',
    help: 'Non ha ancora un nome di accesso o ha dimenticato la password? Il servizio clienti La aiuta.',
    signedOut: 'È uscito dal portale.',
    expired: 'La Sua sessione è terminata. Acceda di nuovo.',
  },
  code: {
    title: 'Inserisca il codice',
    sent: (mobile) => `Le abbiamo inviato un codice per SMS al ${mobile}.`,
    sentSomewhere: 'Le abbiamo inviato un codice per SMS sul telefono cellulare.',
    label: 'Codice',
    submit: 'Conferma',
    resend: 'Invia un nuovo codice',
    resendIn: (wait) => `Nuovo codice possibile tra ${wait}`,
    resent: 'Un nuovo codice è in arrivo. Quelli precedenti non valgono più.',
    never: 'Non comunichi mai questo codice. Nessuno di noi glielo chiederà.',
    startOver: 'Ricomincia da capo',
  },
  lines: {
    title: 'I Suoi collegamenti',
    intro: 'Scelga il numero che desidera usare su un apparecchio proprio.',
    empty: 'Ancora nessun collegamento',
    emptyText: 'Non appena un numero fisso fa parte del Suo contratto, appare qui.',
    search: 'Cerca un numero o un prodotto',
    noMatch: 'Nessun collegamento corrisponde.',
    devices: (n) => plural(n, 'apparecchio', 'apparecchi'),
    noDevices: 'Ancora nessun apparecchio',
    online: (n) => `${n} online`,
    frozen: 'Sospeso',
    notEligible: 'Non disponibile',
    reasons: {
      product_never: () => 'Questo prodotto non prevede apparecchi propri.',
      product_not_yet: (from) =>
        from
          ? `Possibile con questo prodotto dal ${from}.`
          : 'Non ancora possibile con questo prodotto.',
      line_ended: () => 'Questo collegamento è terminato.',
      line_not_started: (from) =>
        from ? `Questo collegamento inizia il ${from}.` : 'Questo collegamento non è ancora iniziato.',
      segment_not_covered: () =>
        'Con questo prodotto gli apparecchi propri non sono previsti per il Suo tipo di clientela.',
    },
    notPossible: 'Su questo collegamento non sono possibili apparecchi propri.',
  },
  consent: {
    title: 'Prima del primo apparecchio',
    titleAgain: 'Condizioni e portata',
    intro: 'Si prenda due minuti. Questi punti Le evitano sorprese.',
    reach: 'Fin dove possono andare le chiamate?',
    reachHint:
      'Più la scelta è ristretta, meno può costarLe un accesso rubato. Può cambiarla in ogni momento; le chiamate d’emergenza funzionano sempre.',
    reaches: {
      home: pair('In Svizzera', 'Con il Liechtenstein'),
      europe: pair('In Europa', 'Svizzera e tutta l’Europa'),
      world: pair('In tutto il mondo', 'Tutti i Paesi, anche quelli cari'),
    },
    recommended: 'Adatto ai più',
    confirmations: 'Confermi espressamente',
    confirmEmergency:
      'Ho capito che le chiamate d’emergenza vengono instradate solo per l’indirizzo principale del mio contratto e che altrove devo usare un altro mezzo per le chiamate d’emergenza.',
    confirmCosts:
      'Sostengo i costi di tutte le chiamate effettuate con i miei dati di accesso e li custodisco come una carta bancaria.',
    confirmSupport:
      'So che per gli apparecchi di terzi non è prevista assistenza e che li configuro sotto la mia responsabilità.',
    submit: 'Conferma e continua',
    save: 'Conferma',
    missing: 'Selezioni tutte le caselle. Senza di esse non possiamo creare un accesso.',
    version: (version) => `Versione ${version}`,
    given: (when, login) => `Confermato il ${when} da ${login}`,
    change: 'Leggi o modifica',
    needed: 'Non ancora confermato',
    neededText:
      'Prima del primo apparecchio legga e confermi le condizioni: costi, chiamate d’emergenza, assistenza.',
    read: 'Leggi e conferma',
  },
  line: {
    back: 'Tutti i collegamenti',
    tabs: 'Questo collegamento',
    devices: 'Apparecchi',
    calls: 'Chiamate',
    forwarding: 'Deviazione',
    missing: 'Questo collegamento non è Suo',
    missingText: 'Forse ha effettuato l’accesso con un altro nome, o il collegamento è terminato.',
    frozen: 'Questo collegamento è sospeso',
    frozenText:
      'I suoi apparecchi permettono solo chiamate d’emergenza. Si rivolga al servizio clienti.',
    reachOf: { home: 'Chiamate: solo Svizzera', europe: 'Chiamate: Europa', world: 'Chiamate: tutto il mondo' },
  },
  forwarding: {
    intro: 'Le chiamate a questo numero possono proseguire verso un altro, per esempio il Suo cellulare.',
    cases: {
      always: pair('Sempre', 'Tutte le chiamate proseguono subito, i Suoi apparecchi non squillano.'),
      busy: pair('Se occupato', 'Quando un apparecchio segnala che è al telefono.'),
      no_answer: pair('Se nessuno risponde', 'Prima squillano i Suoi apparecchi.'),
      unreachable: pair('Se nessun apparecchio è raggiungibile', 'Quando nessuno è registrato o nessuno reagisce.'),
    },
    nowhere: 'Nessuna deviazione',
    after: 'Quanto squilla prima',
    seconds: (n: number) => `${n} secondi`,
    costs:
      'Il seguito lo paga Lei come una chiamata da questo collegamento. Un numero all’estero o a tariffa propria richiede un codice.',
    save: 'Salva',
    saved: 'Salvato. Vale da subito.',
    approveTitle: 'Confermi questa deviazione',
    approveRead:
      'L’SMS deve indicare questo collegamento e il numero verso cui si devia. Altrimenti non inserisca il codice.',
  },
  devices: {
    title: 'Apparecchi',
    add: 'Aggiungi un apparecchio',
    empty: 'Ancora nessun apparecchio',
    emptyText:
      'Crei un accesso distinto per ogni apparecchio. Se uno va smarrito, revoca solo quello e tutti gli altri continuano a squillare.',
    online: 'Online',
    offline: 'Non registrato',
    frozen: 'Sospeso',
    never: 'Mai registrato',
    since: (when) => `da ${when}`,
    renews: (wait) => `valido ancora ${wait}`,
    registeredFrom: 'Registrato da',
    unknownAgent: 'Apparecchio sconosciuto',
    lastRegistered: 'Ultima registrazione',
    lastCall: 'Ultima chiamata',
    neverCalled: 'Ancora nessuna',
    created: 'Creato',
    createdBy: (when, login) => `${when} da ${login}`,
    authName: 'Nome di autenticazione',
    limits: 'Limiti',
    limitNames: {
      spend_day: (value) => `spese ${value} al giorno`,
      spend_month: (value) => `spese ${value} al mese`,
      calls: (value) => `${value} chiamate contemporanee`,
    },
    liveCalls: (n) => plural(n, 'chiamata in corso', 'chiamate in corso'),
    freeze: 'Sospendi',
    freezing: 'Sospensione …',
    unfreeze: 'Riattiva',
    revoke: 'Revoca',
    frozenNote:
      'Solo chiamate d’emergenza. L’accesso resta e può essere riattivato in ogni momento.',
    frozeDone: (label) => `«${label}» è sospeso. Passano solo le chiamate d’emergenza.`,
    unfrozeDone: (label) => `«${label}» funziona di nuovo.`,
    lost: 'Apparecchio smarrito, o qualcosa Le sembra strano? Lo sospenda prima; si annulla con un clic.',
  },
  revoke: {
    title: (label) => `Revocare «${label}»?`,
    text: 'I dati di accesso cessano di funzionare subito e per sempre: le registrazioni terminano, le chiamate in corso vengono interrotte. Non si può annullare.',
    alternative:
      'Non è sicuro? Lo sospenda invece. Lo ferma altrettanto in fretta, e Lei può annullarlo.',
    callsNow: (n) =>
      n === 1
        ? 'Una chiamata è in corso e verrà interrotta.'
        : `${n} chiamate sono in corso e verranno interrotte.`,
    confirm: 'Revoca definitivamente',
    freezeInstead: 'Sospendi soltanto',
    revoking: 'Revoca in corso …',
    done: (label) => `«${label}» è revocato`,
    result: (bindings, calls, time) =>
      `Terminate: ${plural(bindings, 'registrazione', 'registrazioni')} e ${plural(calls, 'chiamata', 'chiamate')}, in ${time}.`,
    pending: (n) =>
      `${plural(n, 'server non ha ancora confermato', 'server non hanno ancora confermato')}.`,
  },
  add: {
    title: 'Aggiungi un apparecchio',
    steps: ['Apparecchio', 'Codice', 'Dati'],
    what: 'Che cosa desidera collegare?',
    label: 'Nome dell’apparecchio',
    labelHint: 'Per riconoscerlo in seguito, ad esempio «Telefono cucina».',
    labelMissing: 'Dia un nome all’apparecchio.',
    profiles: {
      fritzbox: pair('FRITZ!Box', 'Il router gestisce la telefonia'),
      linphone: pair('Linphone', 'App per cellulare e computer'),
      zoiper: pair('Zoiper', 'App per cellulare e computer'),
      generic: pair('Telefono IP', 'Telefono da tavolo o cordless'),
      baresip: pair('baresip', 'Riga di comando, Linux'),
      other: pair('Altro', 'Centralino, gateway, altra app'),
    },
    suggestions: {
      fritzbox: 'FRITZ!Box',
      linphone: 'Linphone',
      zoiper: 'Zoiper',
      generic: 'Telefono da tavolo',
      baresip: 'baresip',
      other: '',
    },
    submit: 'Continua',
    codeNote:
      'In mani sbagliate un accesso costa denaro vero. Per questo Le inviamo un codice.',
    approveTitle: 'Confermi l’apparecchio',
    approveAction: 'Il codice vale solo per questo:',
    approveWhat: 'Nuovo accesso',
    approveLine: 'Collegamento',
    approveDevice: 'Apparecchio',
    approveRead:
      'L’SMS deve indicare lo stesso numero e lo stesso apparecchio. Altrimenti non inserisca il codice.',
    valid: (wait) => `Valido ancora ${wait}`,
    change: 'Modifica i dati',
  },
  reveal: {
    title: (label) => `Dati per «${label}»`,
    once: 'Visibile solo ora',
    onceText:
      'In seguito nessuno potrà più consultare questa password, nemmeno noi. La inserisca ora nell’apparecchio. Se va persa, crei semplicemente un nuovo accesso.',
    account: 'Accesso dell’apparecchio',
    server: 'Server',
    names: {
      user_name: 'Nome utente',
      auth_name: 'Nome di autenticazione',
      password: 'Password',
      domain: 'Dominio (registrar)',
      proxy: 'Proxy in uscita',
      port: 'Porta',
      transport: 'Trasporto',
    },
    differs: 'Diverso dal nome utente',
    authHelp:
      'Nome utente e nome di autenticazione sono diversi. Il nome utente è il Suo numero; con il nome di autenticazione l’apparecchio si identifica. Gli apparecchi lo chiamano anche «Auth ID», «Authentication user» o «Login». Se la registrazione non riesce, guardi prima qui.',
    inDevice: (device, field) => `In ${device}: «${field}»`,
    accountLine: 'Riga per il file «accounts»',
    qr: 'Codice QR',
    qrText:
      'Porta gli stessi dati su un altro schermo. Contiene la password: non lo lasci fotografare da nessuno.',
    qrLabel: 'Codice QR con i dati',
    waiting: 'Attendiamo il Suo apparecchio …',
    waitingText: 'Non appena si registra, lo vede qui. Non occorre ricaricare la pagina.',
    stages: {
      reached: 'Il Suo apparecchio ci ha raggiunti',
      signedIn: 'Autenticato',
      registered: 'Registrato',
    },
    reachedText: (agent, source, transport) =>
      `${agent || 'Un apparecchio'}, da ${source} via ${transport}`,
    sentName: (name) => `Ha inviato «${name}».`,
    testCall: 'Faccia una prova: componga *43 e sente sé stesso, gratuitamente.',
    registered: 'Il Suo apparecchio è registrato',
    registeredText: (agent, source) =>
      `${agent || 'Un apparecchio'} si è collegato da ${source}. Le chiamate in arrivo ora squillano lì.`,
    refused: 'Un apparecchio è stato rifiutato',
    refusals: {
      unknown_auth_name:
        'L’apparecchio ha inviato un nome di autenticazione sconosciuto. Copi il nome di autenticazione indicato sopra.',
      user_name_sent:
        'L’apparecchio ha inviato il Suo numero di telefono al posto del nome di autenticazione. I due sono diversi: inserisca il nome di autenticazione.',
      wrong_password:
        'L’apparecchio ha inviato il nome di autenticazione giusto, ma una password errata.',
      too_many_wrong:
        'L’apparecchio ha inviato così spesso una password errata che deve attendere un po’.',
      wrong_domain:
        'L’apparecchio ha inviato il nome di autenticazione giusto, ma un altro dominio dopo la @.',
      no_hash:
        'Questo accesso proviene da un vecchio sistema e non è adatto all’apparecchio. Ne crei uno nuovo.',
      vault_mismatch:
        'Questo accesso non corrisponde più ai suoi dati. Ne crei uno nuovo e avvisi il servizio clienti.',
      revoked: 'L’apparecchio usa ancora un accesso revocato. Lo rimuova dall’apparecchio.',
      line_ended: 'L’apparecchio usa ancora un collegamento terminato.',
      tls_required: 'L’apparecchio si registra senza cifratura. Scelga TLS come trasporto.',
      not_your_line: 'L’apparecchio vuole registrare un altro numero. Verifichi il nome utente.',
      foreign_domain:
        'L’apparecchio chiede un altro dominio. Verifichi il dominio SIP (registrar).',
      bad_contact: 'L’apparecchio indica un indirizzo al quale non è raggiungibile.',
      too_many_contacts:
        'Troppi apparecchi usano questo accesso contemporaneamente. Ne crei uno per ogni apparecchio.',
      frozen: 'L’apparecchio è sospeso: passano solo le chiamate d’emergenza.',
      line_frozen: 'Il collegamento è sospeso: passano solo le chiamate d’emergenza.',
      out_of_reach: 'La chiamata andava più lontano di quanto scelto per questo collegamento.',
      no_price: 'Per questa destinazione non c’è un prezzo, perciò non può essere chiamata.',
      forwarding_code:
        'L’apparecchio ha composto un codice per la deviazione di chiamata. Imposti la deviazione qui nel portale.',
      caller_id_code:
        'L’apparecchio ha composto *31# o #31# senza numero. Componga il numero subito dopo: il codice vale per una chiamata.',
      unknown_code:
        'L’apparecchio ha composto un codice con * o # che qui non esiste.',
      codec_not_allowed:
        'L’apparecchio non offre alcun codec ammesso. Attivi G.711 (PCMA) o G.722.',
      media_not_possible: 'L’apparecchio offre l’audio in una forma qui non possibile.',
      bad_sdp: 'L’apparecchio ha inviato una descrizione dell’audio illeggibile.',
      wrong_realm:
        'L’apparecchio ha risposto per un altro servizio. Verifichi il dominio SIP (registrar).',
      wrong_algorithm:
        'L’apparecchio si è autenticato in un modo non richiesto. Aggiorni il suo software.',
      wrong_qop:
        'L’apparecchio chiede una protezione che non è offerta. La disattivi nelle sue impostazioni.',
      uri_mismatch:
        'L’apparecchio ha firmato un indirizzo diverso da quello richiesto. Disattivi «SIP ALG» nel router.',
      malformed:
        'L’apparecchio ha inviato un’autenticazione illeggibile. Aggiorni il suo software.',
      bad_contact_star: 'L’apparecchio ha annullato la registrazione in modo errato.',
      interval_too_brief:
        'L’apparecchio chiede una registrazione troppo breve. Imposti una durata maggiore, ad esempio 600 secondi.',
      out_of_order:
        'L’apparecchio ha inviato una richiesta più vecchia dopo una più recente. Riprova da solo.',
      call_id_too_long:
        'L’apparecchio ha inviato un identificativo di chiamata troppo lungo. Aggiorni il suo software.',
      stopped: 'La chiamata è stata terminata perché il suo accesso è stato fermato.',
      bad_refer: 'Il trasferimento non indica alcuna destinazione, o ne indica più di una.',
      transfer_no_call: 'Si può trasferire solo una chiamata.',
      transfer_not_there: 'Le chiamate non vengono trasferite a questa destinazione.',
      no_such_number: 'Questo numero non esiste.',
      bad_multipart: 'L’apparecchio ha inviato una chiamata le cui parti sono illeggibili.',
      body_too_large: 'L’apparecchio ha inviato una chiamata troppo grande.',
      unsupported_body: 'L’apparecchio ha inviato una chiamata in una forma sconosciuta.',
      media_full: 'Al momento non c’è posto per un’altra chiamata. Riprovi tra poco.',
      journal_away:
        'Al momento le chiamate non possono essere registrate. Riprovi tra poco.',
      trunk_away: 'Al momento non c’è accesso alla rete telefonica. Riprovi tra poco.',
    },
    nothing: 'Non succede nulla?',
    checks: [
      'Il nome di autenticazione è nel suo campo, e non il Suo numero?',
      'La password è copiata per intero, con 24 caratteri e senza spazi?',
      'Trasporto e porta corrispondono a quanto scritto qui?',
      '«SIP ALG» o «SIP Helper» sono disattivati nel Suo router?',
    ],
    done: 'Ho inserito tutto',
    leaveTitle: 'Proseguire senza la password?',
    leaveText:
      'In seguito la password non potrà più essere mostrata. Se non l’ha ancora inserita, resti qui.',
    stay: 'Resta qui',
    leave: 'Prosegui',
  },
  calls: {
    live: 'In corso',
    empty: 'Ancora nessuna chiamata',
    emptyText:
      'Le chiamate di questo collegamento appaiono qui con il loro costo, non appena terminano.',
    duration: 'Durata',
    out: 'Chiamata in uscita',
    in: 'Chiamata in arrivo',
    ringing: 'Squilla …',
    withheld: 'Numero nascosto',
    unanswered: 'Senza risposta',
    free: 'gratis',
    classes: {
      fixed: 'Rete fissa',
      mobile: 'Rete mobile',
      corporate: 'Numero aziendale',
      freephone: 'Numero gratuito',
      shared_cost: 'Costi condivisi',
      personal: 'Numero personale',
      premium: 'Servizio a valore aggiunto',
      voicemail: 'Casella vocale',
      emergency: 'Chiamata d’emergenza',
      helpline: 'Servizio d’aiuto',
      directory: 'Informazioni',
      onnet: 'Interno alla rete',
      inland: 'Svizzera e Liechtenstein',
      paging: 'Radiochiamata',
      international: 'Estero',
      satellite: 'Satellite',
      echo: 'Test dell’eco',
    },
    causes: {
      revoked: 'Interrotta: apparecchio revocato',
      frozen: 'Interrotta: apparecchio sospeso',
      new_secret: 'Interrotta: nuova password',
      limit: 'Interrotta: limite raggiunto',
      max_duration: 'Interrotta: durata massima raggiunta',
      media_silence: 'Interrotta: silenzio prolungato da entrambe le parti',
      session_expired: 'Interrotta: un apparecchio non risponde più',
      media_timeout: 'Interrotta: nessun audio',
      crash: 'Interrotta da un nostro guasto',
      busy: 'Occupato',
      no_answer: 'Senza risposta',
      cancelled: 'Riagganciato prima della risposta',
      rejected: 'Rifiutata',
      unreachable: 'Non raggiungibile',
      shutdown: 'Interrotta: nostra manutenzione',
    },
  },
  log: {
    title: 'Registro di sicurezza',
    intro: 'Che cosa è successo con il Suo accesso. Se non riconosce qualcosa, sospenda l’apparecchio.',
    empty: 'Non è ancora successo nulla',
    emptyText: 'Accessi, codici e modifiche agli apparecchi appaiono qui.',
    from: (source) => `da ${source}`,
    kinds: {
      session_opened: 'Accesso al portale',
      session_closed: 'Uscita dal portale',
      wrong_password: 'Accesso con password errata',
      wrong_code: 'Codice errato inserito',
      code_locked: 'Codici bloccati dopo troppi tentativi',
      code_sent: 'Codice inviato per SMS',
      credential_created: 'Apparecchio aggiunto',
      credential_frozen: 'Apparecchio sospeso',
      credential_unfrozen: 'Apparecchio riattivato',
      credential_revoked: 'Apparecchio revocato',
      credential_rotated: 'Dati di accesso dell’apparecchio rinnovati',
      forwarding_changed: 'Deviazione modificata',
      line_frozen: 'Collegamento sospeso',
      line_unfrozen: 'Collegamento riattivato',
      line_ended: 'Collegamento terminato',
      consent_recorded: 'Condizioni confermate',
      registered: 'Apparecchio registrato',
      unregistered: 'Apparecchio scollegato',
      auth_failed: 'Apparecchio rifiutato: dati di accesso errati',
      device_refused: 'Apparecchio rifiutato',
      call_refused: 'Chiamata rifiutata',
      limit_reached: 'Limite raggiunto',
    },
  },
};
