package guard

import (
	"os"
	"path/filepath"
	"testing"
)

func TestEnglish(t *testing.T) {
	for _, text := range []string{
		"How do I reset a password?",
		"rust read file by lines",
		"kubectl rollback deployment web",
		"smart meter compulsory?",
		"What is Schadenfreude?",
		"Translate \"Il ne mange que des l\u00e9gumes\" into English",
		"ser vs estar rules in Spanish",
		"Where does S\u00f8ren Kierkegaard's name come from?",
		"2+2",
		"What is the meaning of \u611b in Japanese?",
	} {
		if f := Extract(text); !f.English() {
			t.Errorf("%q is not taken for English", text)
		}
	}
	for _, text := range []string{
		"\u00bfC\u00f3mo puedo restablecer mi contrase\u00f1a?",
		"Como puedo cambiar mi direccion de correo",
		"Wie kann ich mein Passwort zur\u00fccksetzen?",
		"wie lange muss ich auf eine Antwort warten",
		"Comment r\u00e9initialiser mon mot de passe ?",
		"Quelle est la capitale de la France ?",
		"Come posso cambiare la mia password?",
		"Qual \u00e8 la capitale dell'Italia?",
		"Como fa\u00e7o para mudar a minha senha?",
		"Hoe kan ik mijn wachtwoord wijzigen?",
		"Hur byter jag mitt l\u00f6senord?",
		"Jak zmieni\u0107 has\u0142o do konta?",
		"\u015eifremi nas\u0131l s\u0131f\u0131rlayabilirim?",
		"Bagaimana cara mengganti kata sandi saya?",
		"mera password kaise badle",
		"\u041a\u0430\u043a \u0441\u0431\u0440\u043e\u0441\u0438\u0442\u044c \u043f\u0430\u0440\u043e\u043b\u044c?",
		"\u5982\u4f55\u91cd\u7f6e\u6211\u7684\u5bc6\u7801\uff1f",
		"\u30d1\u30b9\u30ef\u30fc\u30c9\u3092\u30ea\u30bb\u30c3\u30c8\u3059\u308b\u65b9\u6cd5\u306f\uff1f",
		"\u0643\u064a\u0641 \u0623\u063a\u064a\u0631 \u0643\u0644\u0645\u0629 \u0627\u0644\u0645\u0631\u0648\u0631\u061f",
		"\ube44\ubc00\ubc88\ud638\ub97c \uc5b4\ub5bb\uac8c \uc7ac\uc124\uc815\ud558\ub098\uc694?",
		"\u092e\u0948\u0902 \u0905\u092a\u0928\u093e \u092a\u093e\u0938\u0935\u0930\u094d\u0921 \u0915\u0948\u0938\u0947 \u092c\u0926\u0932\u0942\u0901?",
		"Kuinka vaihdan salasanani?",
		"Hogyan tudom megv\u00e1ltoztatni a jelszavamat?",
		"L\u00e0m th\u1ebf n\u00e0o \u0111\u1ec3 \u0111\u1ed5i m\u1eadt kh\u1ea9u?",
	} {
		if f := Extract(text); f.English() {
			t.Errorf("%q is taken for English", text)
		}
	}
}

// Questions that people asked in English are recognised as English, all but a
// few in a thousand.
func TestEnglishOnData(t *testing.T) {
	path := filepath.Join(os.Getenv("LIKEWISE_DATA"), "qqp-dev.jsonl.gz")
	if _, err := os.Stat(path); err != nil {
		t.Skip("LIKEWISE_DATA does not hold qqp-dev.jsonl.gz")
	}
	n, missed := 0, 0
	for _, p := range readPairs(t, path) {
		for _, text := range []string{p.a, p.b} {
			n++
			if f := Extract(text); !f.English() {
				missed++
				t.Logf("not English: %q", text)
			}
		}
	}
	if missed*500 > n {
		t.Errorf("%d of %d questions are not recognised", missed, n)
	}
}
