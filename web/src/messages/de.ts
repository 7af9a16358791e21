// SPDX-License-Identifier: Apache-2.0
// messages/de.ts - German as written in Switzerland: formal, no eszett, guillemets.

import type { Messages } from './en';
import { pair, plural } from './tools';

export const messages: Messages = {
  app: {
    skip: 'Zum Inhalt springen',
    language: 'Sprache',
    navigation: 'Hauptnavigation',
    lines: 'Anschlüsse',
    log: 'Sicherheitsprotokoll',
    signOut: 'Abmelden',
    signedInAs: (login) => `Angemeldet als ${login}`,
  },
  common: {
    yes: 'ja',
    notYet: 'noch nicht',
    loading: 'Wird geladen …',
    retry: 'Nochmals versuchen',
    cancel: 'Abbrechen',
    copy: 'Kopieren',
    copied: 'Kopiert',
    copyFailed: 'Bitte von Hand kopieren',
    dismiss: 'Schliessen',
    more: 'Frühere anzeigen',
    stale: 'Das konnte nicht aktualisiert werden und ist vielleicht veraltet.',
    notFound: 'Diese Seite gibt es nicht',
    notFoundText: 'Die Adresse ist vielleicht vertippt oder veraltet.',
    toLines: 'Zu Ihren Anschlüssen',
    sessionEnded:
      'Ihre Sitzung ist beendet. Was hier steht, bleibt sichtbar, bis Sie die Seite verlassen; danach melden Sie sich neu an.',
  },
  time: {
    today: 'Heute',
    yesterday: 'Gestern',
    todayAt: (hour) => `heute, ${hour}`,
    yesterdayAt: (hour) => `gestern, ${hour}`,
    seconds: (n) => plural(n, 'Sekunde', 'Sekunden'),
    minutes: (n) => plural(n, 'Minute', 'Minuten'),
  },
  errors: {
    network: 'Der Server ist nicht erreichbar. Bitte prüfen Sie Ihre Verbindung.',
    wrong_login: 'Login oder Passwort stimmt nicht.',
    too_many_attempts: (wait) => `Zu viele Versuche. Bitte warten Sie ${wait}.`,
    wrong_code: (left) =>
      left === undefined
        ? 'Dieser Code stimmt nicht.'
        : left === 1
          ? 'Dieser Code stimmt nicht. Sie haben noch einen Versuch.'
          : `Dieser Code stimmt nicht. Sie haben noch ${left} Versuche.`,
    code_expired: 'Dieser Code ist abgelaufen. Bitte lassen Sie sich einen neuen senden.',
    code_locked: 'Zu viele falsche Codes. Bitte beginnen Sie von vorn.',
    unreachable: 'Ownline ist nicht erreichbar',
    unknown: 'Das hat nicht geklappt. Bitte versuchen Sie es später nochmals.',
    codes: {
      action_unknown: 'Dieser Code gehört zu etwas anderem. Bitte lassen Sie sich einen neuen senden.',
      bad_field: 'Bitte prüfen Sie Ihre Angaben.',
      bad_target:
        'Auf diese Nummer kann nicht umgeleitet werden. Bitte geben Sie eine vollständige Nummer ein; Notrufe und Kurznummern gehen nicht.',
      busy: 'Der Server ist ausgelastet. Bitte versuchen Sie es gleich nochmals.',
      consent_old: 'Die Bedingungen haben sich geändert. Bitte lesen Sie sie nochmals.',
      consent_required: 'Bitte lesen und bestätigen Sie zuerst die Bedingungen.',
      core_away: 'Der Dienst ist gerade nicht verfügbar. Bitte versuchen Sie es gleich nochmals.',
      line_ended: 'Dieser Anschluss ist beendet.',
      line_frozen: 'Dieser Anschluss ist eingefroren.',
      no_mobile:
        'Wir haben keine Mobilnummer, an die wir einen Code senden können. Bitte wenden Sie sich an den Kundendienst.',
      not_allowed: 'Dazu sind Sie nicht berechtigt.',
      not_eligible: 'Auf diesem Anschluss sind eigene Geräte nicht möglich.',
      not_found: 'Das gibt es nicht oder nicht mehr.',
      revoked: 'Dieses Gerät ist bereits widerrufen.',
      sms_failed: 'Das SMS konnte nicht gesendet werden. Bitte versuchen Sie es gleich nochmals.',
      step_up_required: 'Dafür braucht es einen Code. Bitte lassen Sie sich einen neuen senden.',
      storage_failed: 'Das konnte nicht gespeichert werden. Bitte versuchen Sie es gleich nochmals.',
      too_many_credentials:
        'Dieser Anschluss hat so viele Geräte, wie er haben darf. Bitte widerrufen Sie zuerst eines.',
    },
  },
  signIn: {
    title: 'Anmelden',
    headline: 'Ihre Festnetznummer, auf Ihren eigenen Geräten',
    points: [
      pair('Klingelt, wo Sie sind', 'FRITZ!Box, IP-Telefon oder App: Ihre Nummer kommt mit.'),
      pair(
        'Ein Zugang pro Gerät',
        'Jedes hat seine eigenen Angaben, einmal gezeigt und nur Ihnen.',
      ),
      pair('Ein Klick, und Schluss', 'Gerät verloren? Widerrufen Sie es wie eine Bankkarte.'),
    ],
    login: 'Login',
    password: 'Passwort',
    show: 'Passwort anzeigen',
    submit: 'Weiter',
    next: 'Danach senden wir Ihnen einen Code auf Ihr Mobiltelefon.',
    help: 'Noch kein Login oder Passwort vergessen? Der Kundendienst hilft Ihnen.',
    signedOut: 'Sie sind abgemeldet.',
    expired: 'Ihre Sitzung ist beendet. Bitte melden Sie sich neu an.',
  },
  code: {
    title: 'Code eingeben',
    sent: (mobile) => `Wir haben Ihnen per SMS einen Code an ${mobile} gesendet.`,
    sentSomewhere: 'Wir haben Ihnen per SMS einen Code auf Ihr Mobiltelefon gesendet.',
    label: 'Code',
    submit: 'Bestätigen',
    resend: 'Neuen Code senden',
    resendIn: (wait) => `Neuer Code möglich in ${wait}`,
    resent: 'Ein neuer Code ist unterwegs. Frühere gelten nicht mehr.',
    never: 'Geben Sie diesen Code nie weiter. Niemand von uns wird Sie je danach fragen.',
    startOver: 'Von vorn beginnen',
  },
  lines: {
    title: 'Ihre Anschlüsse',
    intro: 'Wählen Sie die Nummer, die Sie auf einem eigenen Gerät nutzen möchten.',
    empty: 'Noch kein Anschluss',
    emptyText: 'Sobald zu Ihrem Vertrag eine Festnetznummer gehört, erscheint sie hier.',
    search: 'Nummer oder Produkt suchen',
    noMatch: 'Kein Anschluss passt dazu.',
    devices: (n) => plural(n, 'Gerät', 'Geräte'),
    noDevices: 'Noch kein Gerät',
    online: (n) => `${n} online`,
    frozen: 'Eingefroren',
    notEligible: 'Nicht möglich',
    reasons: {
      product_never: () => 'Eigene Geräte gehören nicht zu diesem Produkt.',
      product_not_yet: (from) =>
        from ? `Mit diesem Produkt ab ${from} möglich.` : 'Mit diesem Produkt noch nicht möglich.',
      line_ended: () => 'Dieser Anschluss ist beendet.',
      line_not_started: (from) =>
        from ? `Dieser Anschluss beginnt am ${from}.` : 'Dieser Anschluss hat noch nicht begonnen.',
      segment_not_covered: () =>
        'Für Ihre Kundengruppe sind eigene Geräte mit diesem Produkt nicht vorgesehen.',
    },
    notPossible: 'Auf diesem Anschluss sind eigene Geräte nicht möglich.',
  },
  consent: {
    title: 'Vor dem ersten Gerät',
    titleAgain: 'Bedingungen und Reichweite',
    intro: 'Bitte nehmen Sie sich zwei Minuten. Diese Punkte bewahren Sie vor Überraschungen.',
    reach: 'Wie weit dürfen Anrufe gehen?',
    reachHint:
      'Je enger, desto weniger kann ein gestohlener Zugang Sie kosten. Sie können das jederzeit ändern; Notrufe gehen immer.',
    reaches: {
      home: pair('In der Schweiz', 'Mit Liechtenstein'),
      europe: pair('In Europa', 'Schweiz und ganz Europa'),
      world: pair('Weltweit', 'Alle Länder, auch teure'),
    },
    recommended: 'Passt für die meisten',
    confirmations: 'Bitte bestätigen Sie ausdrücklich',
    confirmEmergency:
      'Ich habe verstanden, dass Notrufe nur für die Hauptadresse meines Vertrags geleitet werden und dass ich anderswo für Notrufe ein anderes Mittel benutzen muss.',
    confirmCosts:
      'Ich trage die Kosten aller Anrufe mit meinen Zugangsdaten und bewahre diese so sicher auf wie eine Bankkarte.',
    confirmSupport:
      'Ich weiss, dass es für Geräte von Drittherstellern keinen Support gibt und dass ich sie auf eigene Verantwortung einrichte.',
    submit: 'Bestätigen und weiter',
    save: 'Bestätigen',
    missing:
      'Bitte setzen Sie alle Häkchen. Ohne sie dürfen wir keinen Zugang erstellen.',
    version: (version) => `Fassung ${version}`,
    given: (when, login) => `Bestätigt am ${when} von ${login}`,
    change: 'Lesen oder ändern',
    needed: 'Noch nicht bestätigt',
    neededText:
      'Vor dem ersten Gerät lesen und bestätigen Sie bitte die Bedingungen: Kosten, Notrufe, Support.',
    read: 'Lesen und bestätigen',
  },
  line: {
    back: 'Alle Anschlüsse',
    tabs: 'Dieser Anschluss',
    devices: 'Geräte',
    calls: 'Anrufe',
    forwarding: 'Umleitung',
    missing: 'Dieser Anschluss gehört nicht zu Ihren',
    missingText:
      'Vielleicht sind Sie mit einem anderen Login angemeldet, oder der Anschluss ist beendet.',
    frozen: 'Dieser Anschluss ist eingefroren',
    frozenText: 'Seine Geräte können nur Notrufe machen. Bitte wenden Sie sich an den Kundendienst.',
    reachOf: { home: 'Anrufe: nur Schweiz', europe: 'Anrufe: Europa', world: 'Anrufe: weltweit' },
  },
  forwarding: {
    intro: 'Anrufe auf diese Nummer können auf eine andere weitergehen, zum Beispiel auf Ihr Handy.',
    cases: {
      always: pair('Immer', 'Alle Anrufe gehen sofort weiter, Ihre Geräte klingeln nicht.'),
      busy: pair('Wenn besetzt ist', 'Wenn ein Gerät meldet, dass Sie telefonieren.'),
      no_answer: pair('Wenn niemand abnimmt', 'Zuerst klingeln Ihre Geräte.'),
      unreachable: pair('Wenn kein Gerät erreichbar ist', 'Wenn keines angemeldet ist oder keines reagiert.'),
    },
    nowhere: 'Nirgendwohin',
    after: 'So lange klingelt es vorher',
    seconds: (n: number) => `${n} Sekunden`,
    costs:
      'Die Weiterleitung bezahlen Sie wie einen Anruf von diesem Anschluss. Für eine Nummer im Ausland oder mit eigenem Preis braucht es einen Code.',
    save: 'Speichern',
    saved: 'Gespeichert. Das gilt ab sofort.',
    approveTitle: 'Umleitung bestätigen',
    approveRead:
      'Die SMS muss diesen Anschluss und die Nummer nennen, auf die umgeleitet wird. Wenn nicht, geben Sie den Code nicht ein.',
  },
  devices: {
    title: 'Geräte',
    add: 'Gerät hinzufügen',
    empty: 'Noch kein Gerät',
    emptyText:
      'Erstellen Sie für jedes Gerät einen eigenen Zugang. Geht eines verloren, widerrufen Sie nur dieses, und alle anderen klingeln weiter.',
    online: 'Online',
    offline: 'Nicht registriert',
    frozen: 'Eingefroren',
    never: 'Noch nie registriert',
    since: (when) => `seit ${when}`,
    renews: (wait) => `gültig noch ${wait}`,
    registeredFrom: 'Registriert von',
    unknownAgent: 'Unbekanntes Gerät',
    lastRegistered: 'Zuletzt registriert',
    lastCall: 'Letzter Anruf',
    neverCalled: 'Noch keiner',
    created: 'Erstellt',
    createdBy: (when, login) => `${when} von ${login}`,
    authName: 'Auth-Name',
    limits: 'Limiten',
    limitNames: {
      spend_day: (value) => `Ausgaben ${value} pro Tag`,
      spend_month: (value) => `Ausgaben ${value} pro Monat`,
      calls: (value) => `${value} Anrufe gleichzeitig`,
    },
    liveCalls: (n) => plural(n, 'Anruf läuft', 'Anrufe laufen'),
    freeze: 'Einfrieren',
    freezing: 'Wird eingefroren …',
    unfreeze: 'Freigeben',
    revoke: 'Widerrufen',
    frozenNote: 'Nur Notrufe. Der Zugang bleibt bestehen und lässt sich jederzeit freigeben.',
    frozeDone: (label) => `«${label}» ist eingefroren. Nur Notrufe gehen durch.`,
    unfrozeDone: (label) => `«${label}» funktioniert wieder.`,
    lost: 'Gerät verloren, oder etwas kommt Ihnen seltsam vor? Frieren Sie es zuerst ein; das lässt sich mit einem Klick rückgängig machen.',
  },
  revoke: {
    title: (label) => `«${label}» widerrufen?`,
    text: 'Die Zugangsdaten gelten sofort und für immer nicht mehr: Registrierungen enden, laufende Anrufe werden getrennt. Das lässt sich nicht rückgängig machen.',
    alternative:
      'Nicht sicher? Frieren Sie das Gerät stattdessen ein. Das stoppt es genauso schnell, und Sie können es rückgängig machen.',
    callsNow: (n) =>
      n === 1
        ? 'Im Moment läuft ein Anruf; er wird getrennt.'
        : `Im Moment laufen ${n} Anrufe; sie werden getrennt.`,
    confirm: 'Endgültig widerrufen',
    freezeInstead: 'Nur einfrieren',
    revoking: 'Wird widerrufen …',
    done: (label) => `«${label}» ist widerrufen`,
    result: (bindings, calls, time) =>
      `Beendet: ${plural(bindings, 'Registrierung', 'Registrierungen')} und ${plural(calls, 'Anruf', 'Anrufe')}, in ${time}.`,
    pending: (n) => `${plural(n, 'Server hat', 'Server haben')} noch nicht bestätigt.`,
  },
  add: {
    title: 'Gerät hinzufügen',
    steps: ['Gerät', 'Code', 'Angaben'],
    what: 'Was möchten Sie anschliessen?',
    label: 'Name des Geräts',
    labelHint: 'Damit Sie es später wiedererkennen, zum Beispiel «Telefon Küche».',
    labelMissing: 'Bitte geben Sie dem Gerät einen Namen.',
    profiles: {
      fritzbox: pair('FRITZ!Box', 'Der Router übernimmt die Telefonie'),
      linphone: pair('Linphone', 'App für Handy und Computer'),
      zoiper: pair('Zoiper', 'App für Handy und Computer'),
      generic: pair('IP-Telefon', 'Tisch- oder Schnurlostelefon'),
      baresip: pair('baresip', 'Kommandozeile, Linux'),
      other: pair('Etwas anderes', 'Telefonanlage, Gateway, andere App'),
    },
    suggestions: {
      fritzbox: 'FRITZ!Box',
      linphone: 'Linphone',
      zoiper: 'Zoiper',
      generic: 'Tischtelefon',
      baresip: 'baresip',
      other: '',
    },
    submit: 'Weiter',
    codeNote:
      'Ein Zugang in falschen Händen kostet echtes Geld. Darum senden wir Ihnen dafür einen Code.',
    approveTitle: 'Gerät bestätigen',
    approveAction: 'Der Code gilt nur für dies:',
    approveWhat: 'Neuer Zugang',
    approveLine: 'Anschluss',
    approveDevice: 'Gerät',
    approveRead:
      'Das SMS muss dieselbe Nummer und dasselbe Gerät nennen. Sonst geben Sie den Code bitte nicht ein.',
    valid: (wait) => `Gültig noch ${wait}`,
    change: 'Angaben ändern',
  },
  reveal: {
    title: (label) => `Angaben für «${label}»`,
    once: 'Nur jetzt sichtbar',
    onceText:
      'Dieses Passwort kann später niemand mehr nachschlagen, auch wir nicht. Geben Sie es jetzt im Gerät ein. Geht es verloren, erstellen Sie einfach einen neuen Zugang.',
    account: 'Anmeldung des Geräts',
    server: 'Server',
    names: {
      user_name: 'Benutzername',
      auth_name: 'Auth-Name',
      password: 'Passwort',
      domain: 'Domain (Registrar)',
      proxy: 'Outbound-Proxy',
      port: 'Port',
      transport: 'Transport',
    },
    differs: 'Nicht gleich wie der Benutzername',
    authHelp:
      'Benutzername und Auth-Name sind verschieden. Der Benutzername ist Ihre Nummer; mit dem Auth-Name weist sich das Gerät aus. Geräte nennen ihn auch «Auth ID», «Authentifizierungsname» oder «Anmeldename». Klappt die Registrierung nicht, schauen Sie zuerst hier.',
    inDevice: (device, field) => `In ${device}: «${field}»`,
    accountLine: 'Zeile für die Datei «accounts»',
    qr: 'QR-Code',
    qrText:
      'Bringt dieselben Angaben auf einen anderen Bildschirm. Er enthält das Passwort: Lassen Sie ihn von niemandem fotografieren.',
    qrLabel: 'QR-Code mit den Angaben',
    waiting: 'Wir warten auf Ihr Gerät …',
    waitingText: 'Sobald es sich registriert, sehen Sie es hier. Sie brauchen nichts neu zu laden.',
    stages: {
      reached: 'Ihr Gerät hat uns erreicht',
      signedIn: 'Angemeldet',
      registered: 'Registriert',
    },
    reachedText: (agent, source, transport) =>
      `${agent || 'Ein Gerät'}, von ${source} über ${transport}`,
    sentName: (name) => `Gesendet hat es «${name}».`,
    testCall: 'Probieren Sie es aus: Wählen Sie *43, dann hören Sie sich selbst, kostenlos.',
    registered: 'Ihr Gerät ist registriert',
    registeredText: (agent, source) =>
      `${agent || 'Ein Gerät'} hat sich von ${source} angemeldet. Ankommende Anrufe klingeln jetzt dort.`,
    refused: 'Ein Gerät wurde abgewiesen',
    refusals: {
      unknown_auth_name:
        'Das Gerät hat einen Auth-Namen gesendet, den es hier nicht gibt. Kopieren Sie den Auth-Namen von oben.',
      user_name_sent:
        'Das Gerät hat Ihre Telefonnummer gesendet, wo der Auth-Name hingehört. Die beiden sind verschieden: Geben Sie den Auth-Namen ein.',
      wrong_password:
        'Das Gerät hat den richtigen Auth-Namen gesendet, aber ein falsches Passwort.',
      too_many_wrong:
        'Das Gerät hat so oft ein falsches Passwort gesendet, dass es eine Weile warten muss.',
      wrong_domain:
        'Das Gerät hat den richtigen Auth-Namen gesendet, aber eine andere Domain hinter dem @.',
      no_hash:
        'Dieser Zugang stammt aus einem älteren System und passt nicht zum Gerät. Erstellen Sie einen neuen.',
      vault_mismatch:
        'Dieser Zugang passt nicht mehr zu seinem Eintrag. Erstellen Sie einen neuen und melden Sie es dem Kundendienst.',
      revoked: 'Das Gerät verwendet noch einen widerrufenen Zugang. Entfernen Sie ihn dort.',
      line_ended: 'Das Gerät verwendet noch einen Anschluss, der beendet ist.',
      tls_required: 'Das Gerät meldet sich unverschlüsselt an. Wählen Sie als Transport TLS.',
      not_your_line: 'Das Gerät will eine andere Nummer anmelden. Prüfen Sie den Benutzernamen.',
      foreign_domain:
        'Das Gerät fragt nach einer anderen Domain. Prüfen Sie die SIP-Domain (Registrar).',
      bad_contact: 'Das Gerät nennt eine Adresse, unter der es nicht erreichbar ist.',
      too_many_contacts:
        'Zu viele Geräte verwenden diesen Zugang gleichzeitig. Erstellen Sie für jedes einen eigenen.',
      frozen: 'Das Gerät ist eingefroren: Nur Notrufe gehen durch.',
      line_frozen: 'Der Anschluss ist eingefroren: Nur Notrufe gehen durch.',
      out_of_reach: 'Der Anruf ging weiter, als Sie es für diesen Anschluss gewählt haben.',
      no_price: 'Für dieses Ziel gibt es keinen Preis, es kann nicht angerufen werden.',
      forwarding_code:
        'Das Gerät hat einen Code für die Anrufumleitung gewählt. Stellen Sie die Umleitung hier im Portal ein.',
      caller_id_code:
        'Das Gerät hat *31# oder #31# ohne Nummer gewählt. Wählen Sie die Nummer gleich dahinter: Der Code gilt für einen Anruf.',
      unknown_code:
        'Das Gerät hat einen Code mit * oder # gewählt, den es hier nicht gibt.',
      codec_not_allowed:
        'Das Gerät bietet keinen erlaubten Codec an. Schalten Sie G.711 (PCMA) oder G.722 ein.',
      media_not_possible: 'Das Gerät bietet Ton in einer Form an, die hier nicht möglich ist.',
      bad_sdp: 'Das Gerät hat eine Beschreibung des Tons gesendet, die nicht lesbar ist.',
      wrong_realm:
        'Das Gerät hat für einen anderen Dienst geantwortet. Prüfen Sie die SIP-Domain (Registrar).',
      wrong_algorithm:
        'Das Gerät hat sich auf eine Art angemeldet, die nicht verlangt war. Aktualisieren Sie seine Software.',
      wrong_qop:
        'Das Gerät verlangt einen Schutz, den es hier nicht gibt. Schalten Sie ihn in seinen Einstellungen aus.',
      uri_mismatch:
        'Das Gerät hat eine andere Adresse unterschrieben, als es gefragt hat. Schalten Sie «SIP ALG» im Router aus.',
      malformed:
        'Das Gerät hat eine Anmeldung gesendet, die nicht lesbar ist. Aktualisieren Sie seine Software.',
      bad_contact_star: 'Das Gerät hat sich auf eine falsche Art abgemeldet.',
      interval_too_brief:
        'Das Gerät will sich für zu kurze Zeit anmelden. Stellen Sie eine längere ein, zum Beispiel 600 Sekunden.',
      out_of_order:
        'Das Gerät hat eine ältere Anfrage nach einer neueren gesendet. Es versucht es von selbst wieder.',
      call_id_too_long:
        'Das Gerät hat eine zu lange Anrufkennung gesendet. Aktualisieren Sie seine Software.',
      stopped: 'Der Anruf wurde beendet, weil sein Zugang gestoppt wurde.',
      bad_refer: 'Die Weitergabe nennt kein Ziel oder mehrere.',
      transfer_no_call: 'Nur ein Anruf lässt sich weitergeben.',
      transfer_not_there: 'Dorthin werden keine Anrufe weitergegeben.',
      no_such_number: 'Diese Nummer gibt es nicht.',
      bad_multipart: 'Das Gerät hat einen Anruf gesendet, dessen Teile nicht lesbar sind.',
      body_too_large: 'Das Gerät hat einen zu grossen Anruf gesendet.',
      unsupported_body: 'Das Gerät hat einen Anruf in unbekannter Form gesendet.',
      media_full:
        'Im Moment ist kein Platz für einen weiteren Anruf. Versuchen Sie es bald wieder.',
      journal_away:
        'Anrufe lassen sich im Moment nicht verbuchen. Versuchen Sie es bald wieder.',
      trunk_away:
        'Im Moment gibt es keinen Weg ins Telefonnetz. Versuchen Sie es bald wieder.',
    },
    nothing: 'Es passiert nichts?',
    checks: [
      'Steht der Auth-Name im Feld für den Auth-Namen, und nicht Ihre Nummer?',
      'Ist das Passwort vollständig kopiert, mit 24 Zeichen und ohne Leerzeichen?',
      'Stimmen Transport und Port mit den Angaben hier überein?',
      'Sind «SIP ALG» oder «SIP Helper» in Ihrem Router ausgeschaltet?',
    ],
    done: 'Ich habe alles eingegeben',
    leaveTitle: 'Ohne das Passwort weitergehen?',
    leaveText:
      'Danach lässt sich das Passwort nicht mehr anzeigen. Haben Sie es noch nicht eingegeben, bleiben Sie hier.',
    stay: 'Hier bleiben',
    leave: 'Weitergehen',
  },
  calls: {
    live: 'Läuft gerade',
    empty: 'Noch keine Anrufe',
    emptyText: 'Anrufe dieses Anschlusses erscheinen hier mit ihren Kosten, sobald sie enden.',
    duration: 'Dauer',
    out: 'Ausgehender Anruf',
    in: 'Eingehender Anruf',
    ringing: 'Klingelt …',
    withheld: 'Nummer unterdrückt',
    unanswered: 'Nicht angenommen',
    free: 'gratis',
    classes: {
      fixed: 'Festnetz',
      mobile: 'Mobilnetz',
      corporate: 'Unternehmensnummer',
      freephone: 'Gratisnummer',
      shared_cost: 'Geteilte Kosten',
      personal: 'Persönliche Nummer',
      premium: 'Mehrwertdienst',
      voicemail: 'Combox',
      emergency: 'Notruf',
      helpline: 'Hilfsdienst',
      directory: 'Auskunft',
      onnet: 'Netzintern',
      inland: 'Schweiz und Liechtenstein',
      paging: 'Funkruf',
      international: 'Ausland',
      satellite: 'Satellit',
      echo: 'Echotest',
    },
    causes: {
      revoked: 'Getrennt: Gerät widerrufen',
      frozen: 'Getrennt: Gerät eingefroren',
      new_secret: 'Getrennt: neues Passwort',
      limit: 'Getrennt: Limite erreicht',
      max_duration: 'Getrennt: längste Dauer erreicht',
      media_silence: 'Getrennt: beide Seiten waren lange still',
      session_expired: 'Getrennt: ein Gerät meldete sich nicht mehr',
      media_timeout: 'Getrennt: kein Ton mehr',
      crash: 'Unterbrochen durch einen Fehler bei uns',
      busy: 'Besetzt',
      no_answer: 'Nicht angenommen',
      cancelled: 'Vor der Antwort aufgelegt',
      rejected: 'Abgelehnt',
      unreachable: 'Nicht erreichbar',
      shutdown: 'Getrennt: Wartung bei uns',
    },
  },
  log: {
    title: 'Sicherheitsprotokoll',
    intro:
      'Was mit Ihrem Zugang geschehen ist. Erkennen Sie etwas nicht wieder, frieren Sie das Gerät ein.',
    empty: 'Noch nichts geschehen',
    emptyText: 'Anmeldungen, Codes und Änderungen an Geräten erscheinen hier.',
    from: (source) => `von ${source}`,
    kinds: {
      session_opened: 'Im Portal angemeldet',
      session_closed: 'Vom Portal abgemeldet',
      wrong_password: 'Anmeldung mit falschem Passwort',
      wrong_code: 'Falscher Code eingegeben',
      code_locked: 'Codes nach zu vielen Versuchen gesperrt',
      code_sent: 'Code per SMS gesendet',
      credential_created: 'Gerät hinzugefügt',
      credential_frozen: 'Gerät eingefroren',
      credential_unfrozen: 'Gerät freigegeben',
      credential_revoked: 'Gerät widerrufen',
      credential_rotated: 'Zugangsdaten des Geräts erneuert',
      forwarding_changed: 'Umleitung geändert',
      line_frozen: 'Anschluss eingefroren',
      line_unfrozen: 'Anschluss freigegeben',
      line_ended: 'Anschluss beendet',
      consent_recorded: 'Bedingungen bestätigt',
      registered: 'Gerät registriert',
      unregistered: 'Gerät abgemeldet',
      auth_failed: 'Gerät abgewiesen: falsche Zugangsdaten',
      device_refused: 'Gerät abgewiesen',
      call_refused: 'Anruf abgewiesen',
      limit_reached: 'Limite erreicht',
    },
  },
};
