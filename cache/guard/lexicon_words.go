package guard

// The word lists. Items are separated by commas; a word is written in lower
// case, without accents.

var classLists = [...]struct {
	class classes
	words string
}{
	{function | english | capitalOK, `the, a, an, of, to, in, on, at, for, with, by, from, as, into, about, and, or, but, if, so, than, then, that, this, these,
		those, there, here, what, which, who, whom, whose, when, where, why, how, while, because, since, until, till, do, does, did, doing, done, is, are, was, were, be,
		been, being, am, has, have, had, having, can, could, will, would, shall, should, may, might, must, i, you, he, she, it, we, they, me, him, her, us, them,
		my, your, his, its, our, their, mine, yours, ours, theirs, myself, yourself, itself, let, lets, please, also, just, very, really, too, such, some,
		any, each, per, yes, ok, okay, hi, hello, hey, thanks, thank, get, got, getting, give, gives, tell, want, wants, like, need, needs, know, way, ways, thing, things,
		i'm, i've, i'd, i'll, you're, you've, it's, what's, that's, there's, who's, how's, where's, let's, we're, we've, they're, he's, she's, whats, im, ive,
		one, ones, someone, anyone, something, anything, people, person, going, go, goes, went, gonna, up, out, off, over, kind, sort, bit, lot, much, many,
		does, make, makes, made, use, used, using, mean, means, pls, plz, kindly, actually, basically, exactly, etc, eg, ie, via, within,
		question, answer, explain, describe, show, find, help, wondering, trying, well, still, even, now, both, either, whether, though, although, however`},
	{article | english, `a, an`},
	{pronoun | english, `i, you, he, she, it, we, they, one, people, someone, anyone`},
	{auxiliary | english, `do, does, did, is, are, was, were, can, could, will, would, shall, should, may, might, must, has, have, had, am`},
	{negator | english, `not, no, never, without, cannot, can not, don't, doesn't, didn't, isn't, aren't, wasn't, weren't, can't, couldn't, won't, wouldn't, shouldn't,
		mustn't, hasn't, haven't, hadn't, ain't, needn't, n't, dont, doesnt, didnt, isnt, arent, wasnt, werent, cant, couldnt, wont, wouldnt, shouldnt, hasnt, havent, none, nobody,
		nothing, neither, nor, w/o, nowhere, n't`},
	{function | english, `not, no, never, without, cannot, don't, doesn't, didn't, isn't, aren't, wasn't, weren't, can't, couldn't, won't, wouldn't, shouldn't,
		mustn't, hasn't, haven't, hadn't, ain't, needn't, n't, dont, doesnt, didnt, isnt, arent, wasnt, werent, cant, couldnt, wont, wouldnt, shouldnt, hasnt, havent, nor`},
	{symmetric, symmetricList},
	{function, `mr, mrs, ms, dr, prof, professor, sir`},
	{english, `not only, not just`},
	{english, `difference, best, good, better, many, long, much, work, time, year, day, money, life, India, learn, start, write, read, find, change, difference, explain, list, name,
		between, should, become, without, example, english, language, meaning, problem, system, number`},
	{hedge, `about, approximately, approx, around, roughly, nearly, almost, circa`},
	{limit, `under, below, at most, at least, less than, fewer than, more than, over, above, max, maximum, min, minimum, no more than, no less than, up to, shorter than, longer than,
		exceeding, exceed, less, fewer, within, the very most`},
	{clocked | afterNum, `am, pm, a.m, p.m, o'clock, oclock`},
	{foreign, `der, die, das, und, ist, nicht, ein, eine, einen, einem, ich, wie, mit, auf, fur, von, zu, den, dem, sich, auch, es, wir, sie, kann, wird, ueber, uber, bei, nach, oder,
		le, la, les, des, du, une, est, et, que, qui, dans, pour, sur, pas, ne, je, il, nous, vous, avec, quel, quelle, comment, pourquoi, au, aux, mon, ma, mes, ce, cette, quoi, puis, peut, faire,
		el, los, las, un, una, es, y, en, por, para, con, como, que, se, mi, su, puedo, cual, donde, cuando, porque, del, al, esta, hacer, quiero, tengo, cuanto, cuales, son,
		di, il, lo, gli, che, non, per, sono, come, cosa, perche, della, del, dei, delle, nel, quanto, posso, puo, quale, dove, fare, mio, mia, si, ho, alla,
		o, os, um, uma, não, nao, em, com, mais, meu, minha, voce, qual, onde, quando, fazer, posso, eu, ao, da, dos, das, foi, isso, sao,
		het, een, van, niet, ik, wat, hoe, voor, met, zijn, op, te, dat, deze, mijn, naar, kan, ook, waarom, welke, je,
		och, att, det, som, inte, jag, hur, vad, med, av, kan, min, ett, pa, varfor, vilken, og, ikke, jeg, hvordan, hva, hvad, er, til,
		nie, jest, jak, na, z, do, czy, co, moge, dlaczego, sie, ile, gdzie, ktory, mnie, jaka, jaki, ve, bir, bu, nasil, ne, mi, icin, nedir, neden, hangi,
		yang, dan, apa, saya, tidak, bagaimana, cara, untuk, dengan, ini, itu, adalah, ka, ki, ke, hai, kya, kaise, mein, se, ko, aur, nahi, kyun, karna, hota, kare, mera, meri, mere, karein, aap, hum`},
}

// symmetricList are words around which two things may change places.
const symmetricList = `and, or, versus, vs, between, with, difference, different, differ, compare, compared, comparison, similar, both, either, neither, nor, better, same, equal,
		choose, prefer, distinguish, relation, relationship, apart, like, marry, married, meet, near, next, plus, times,
		related, relate, date, dating, engaged, connected, close, acquaintance, friend, friends, cousin, cousins, sibling, siblings, neighbour, neighbor, partner, partners, talk, talking, fight, fighting,
		relative, twin, roommate, colleague, divorced, border, borders, adjacent, parallel, perpendicular, identical, equivalent, opposite, isomorphic`

// corrections are what a speaker says who starts over.
const corrections = `i mean, i meant, no wait, no no, no sorry, sorry no, make that, scratch that, or actually, or rather, er no, um no, uh no, nope, oops, wait no, no actually,
	no make, excuse me, not that, sorry i, wait, hold on, no i, no rather, no what, no who, no when, no how, no in, on second thought`

// freeOf are what a thing may be free of without a hyphen.
const freeOf = `dairy, gluten, sugar, fat, nut, lactose, alcohol, meat, caffeine, tax, duty, interest, smoke, ad, wheat, egg, soy, salt, risk, hands, error`

// ambiguousWords are everyday words besides what the lexicon knows them as.
const ambiguousWords = `may, march, sun, sat, second, go, r, c, table, pound, pounds, stone, foot, mark, cent, basic, scheme, polish, dutch, list, letter, point, points,
	formal, casual, short, brief, long, simple, story, post, summary, code, outline, essay, report, email, article, message, dec, mar, jan, wed, mon, on, in, won, min, turkey, scratch, shell, d, k, m, h, s, g, l, f, w, b, c, v, yard, cup, degree, degrees, rand, real, crown, hex`

const cardinalWords = `zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen`
const tensWords = `twenty thirty forty fifty sixty seventy eighty ninety`
const ordinalWords = `first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth`

var scaleWords = [...]struct {
	num   float64
	words string
}{
	{12, "dozen"}, {100, "hundred"}, {1e3, "thousand, grand, k"}, {1e5, "lakh, lakhs, lac, lacs"}, {1e6, "million, millions, mn, mio"}, {1e7, "crore, crores"}, {1e9, "billion, bn"}, {1e12, "trillion, tn"},
}

var fractionWords = [...]struct {
	num   float64
	words string
}{
	{0.5, "half, halves"}, {1.0 / 3, "thirds"}, {0.25, "quarter, quarters"}, {0.2, "fifths"}, {1.0 / 6, "sixths"}, {0.125, "eighths"}, {0.1, "tenths"},
}

var monthWords = [12]string{"january, jan", "february, feb", "march, mar", "april, apr", "may", "june, jun", "july, jul", "august, aug", "september, sep, sept", "october, oct", "november, nov", "december, dec"}

var weekdayWords = [7]string{"monday, mondays, mon", "tuesday, tuesdays, tue, tues", "wednesday, wednesdays, wed", "thursday, thursdays, thu, thur, thurs", "friday, fridays, fri", "saturday, saturdays, sat", "sunday, sundays, sun"}

// dim is what a unit measures.
type dim uint8

const (
	pure dim = iota
	length
	mass
	duration
	volume
	memory
	bitrate
	area
	speed
	celsius
	fahrenheit
	kelvin
	energy
	power
	currency // each currency is a dimension of its own, from here on
	lastDim  = currency + 40
)

type unitID uint8

type unit struct {
	dim    dim
	factor float64
	words  string // with a # those that are units only behind a number
}

// units are the units of measure; the order is part of the encoding.
var units = [...]unit{
	{},
	{pure, 0.01, "percent, per cent, pct, percentage"},
	{length, 1e-3, "mm, millimeter, millimeters, millimetre, millimetres"},
	{length, 1e-2, "cm, centimeter, centimeters, centimetre, centimetres, cms"},
	{length, 1, "meter, meters, metre, metres, #m"},
	{length, 1e3, "km, kms, kilometer, kilometers, kilometre, kilometres"},
	{length, 0.0254, "inch, inches, #in"},
	{length, 0.3048, "foot, feet, ft"},
	{length, 0.9144, "yards, yds, yd"},
	{length, 1609.344, "mile, miles, mi"},
	{length, 1852, "nautical mile, nautical miles, nmi"},
	{mass, 1e-6, "mcg, ug, microgram, micrograms"},
	{mass, 1e-3, "mg, milligram, milligrams"},
	{mass, 1, "gram, grams, gramme, grammes, #g, gm"},
	{mass, 1e3, "kg, kgs, kilo, kilos, kilogram, kilograms"},
	{mass, 1e6, "tonne, tonnes, ton, tons"},
	{mass, 28.349523125, "oz, ounce, ounces"},
	{mass, 453.59237, "lb, lbs"},
	{mass, 6350.29318, "stones"},
	{duration, 1e-9, "ns, nanosecond, nanoseconds"},
	{duration, 1e-6, "us, microsecond, microseconds"},
	{duration, 1e-3, "ms, millisecond, milliseconds"},
	{duration, 1, "second, seconds, sec, secs, #s"},
	{duration, 60, "minute, minutes, min, mins"},
	{duration, 3600, "hour, hours, hr, hrs, #h"},
	{duration, 86400, "day, days, #d"},
	{duration, 7 * 86400, "week, weeks, wk, wks, #w"},
	{duration, 14 * 86400, "fortnight, fortnights"},
	{duration, month, "month, months, mo, mos"},
	{duration, 12 * month, "year, years, yr, yrs, #y"},
	{duration, 120 * month, "decade, decades"},
	{duration, 1200 * month, "century, centuries"},
	{volume, 1, "ml, milliliter, milliliters, millilitre, millilitres, cc"},
	{volume, 10, "cl"},
	{volume, 1000, "liter, liters, litre, litres, #l, ltr"},
	{volume, 3785.41, "gallon, gallons, gal"},
	{volume, 568.26, "pint, pints"},
	{volume, 240, "cups"},
	{volume, 14.7868, "tablespoon, tablespoons, tbsp"},
	{volume, 4.92892, "teaspoon, teaspoons, tsp"},
	{volume, 1e6, "cubic meter, cubic meters, cubic metre, cubic metres"},
	{volume, 28316.8, "cubic foot, cubic feet, cu ft"},
	{area, 1, "square meter, square meters, square metre, square metres, sqm, sq m"},
	{area, 1e-4, "square cm, square centimetre, square centimetres, square centimeters"},
	{area, 1e6, "square km, square kilometre, square kilometres, square kilometer, square kilometers"},
	{area, 0.092903, "square foot, square feet, sq ft, sqft, sq foot, sq feet"},
	{area, 2589988, "square mile, square miles, sq mi, sq mile, sq miles"},
	{area, 4046.86, "acre, acres"},
	{area, 10000, "hectare, hectares, ha"},
	{memory, 1, "byte, bytes"},
	{memory, 1e3, "kb, kilobyte, kilobytes"},
	{memory, 1e6, "mb, megabyte, megabytes"},
	{memory, 1e9, "gb, gigabyte, gigabytes, gigs, gig"},
	{memory, 1e12, "tb, terabyte, terabytes"},
	{memory, 1024, "kib, kibibyte, kibibytes"},
	{memory, 1 << 20, "mib, mebibyte, mebibytes"},
	{memory, 1 << 30, "gib, gibibyte, gibibytes"},
	{memory, 1 << 40, "tib, tebibyte, tebibytes"},
	{bitrate, 1, "bits"},
	{bitrate, 1e3, "kbit, kbps, kilobit, kilobits"},
	{bitrate, 1e6, "mbit, mbps, megabit, megabits"},
	{bitrate, 1e9, "gbit, gbps, gigabit, gigabits"},
	{celsius, 1, "celsius, centigrade, #c"},
	{fahrenheit, 1, "fahrenheit, #f"},
	{kelvin, 1, "kelvin, kelvins, #k"},
	{speed, 1, "meters per second, metres per second"},
	{speed, 1 / 3.6, "kmh, kph, kilometers per hour, kilometres per hour, km per hour, kilometres an hour, kilometers an hour"},
	{speed, 0.44704, "mph, miles per hour, miles an hour"},
	{speed, 0.514444, "knots"},
	{energy, 1, "joule, joules, #j"},
	{energy, 1e3, "kj, kilojoule, kilojoules"},
	{energy, 4184, "kcal, calorie, calories, kilocalorie, kilocalories, cal, cals"},
	{energy, 3600, "wh, watt hour, watt hours"},
	{energy, 3.6e6, "kwh, kilowatt hour, kilowatt hours"},
	{energy, 3.6e9, "mwh, megawatt hour, megawatt hours"},
	{power, 1, "watt, watts, #w"},
	{power, 1e3, "kw, kilowatt, kilowatts"},
	{power, 1e6, "mw, megawatt, megawatts"},
	{power, 745.7, "hp, horsepower"},
	{currency, 1, "dollar, dollars, usd, buck, bucks, us dollar, us dollars, american dollar, american dollars"},
	{currency, 0.01, "us cent, us cents"},
	{centDim, 0.01, "cent, cents, ct, cts"},
	{currency + 1, 1, "gbp, quid, sterling, pounds sterling, pound sterling"},
	{currency + 1, 0.01, "pence, penny, #p"},
	{currency + 2, 0.01, "euro cent, euro cents, eurocent, eurocents"},
	{currency + 2, 1, "euro, euros, eur"},
	{currency + 3, 1, "chf, franc, francs, swiss franc, swiss francs"},
	{currency + 4, 1, "yen, jpy"},
	{currency + 5, 1, "rupee, rupees, inr, rs"},
	{currency + 6, 1, "yuan, cny, rmb, renminbi"},
	{currency + 7, 1, "cad, canadian dollar, canadian dollars"},
	{currency + 8, 1, "aud, australian dollar, australian dollars"},
	{currency + 9, 1, "peso, pesos, mxn"},
	{currency + 10, 1, "krona, kronor, sek"},
	{currency + 11, 1, "krone, kroner, nok, dkk"},
	{currency + 12, 1, "zloty, pln"},
	{currency + 13, 1, "lira, try"},
	{currency + 14, 1, "bitcoin, bitcoins, btc"},
	{currency + 15, 1, "ether, ethereum, eth"},
	{poundDim, 1, "pound, pounds"},
}

// month is the length of a month in seconds.
const month = 30.4375 * 86400

const (
	poundDim = lastDim     // pounds are money or mass
	centDim  = lastDim - 1 // cents are of any currency
)

// poleGroups are antonyms: the words of the one end | those of the other.
func poleGroups() []string {
	return []string{
		"increase, increases, increasing, increased, raise, raises, raising, rise, rises, rising, rose, grow, gain, boost, higher, up, improve, upward, go up, went up | decrease, decreases, decreasing, decreased, reduce, reduces, reducing, reduced, lower, lowering, fall, falls, falling, fell, drop, drops, dropping, decline, lose, losing, cut, shrink, worsen, down, downward, go down, went down, minimize, minimise",
		"buy, buys, buying, bought, purchase, purchasing | sell, sells, selling, sold",
		"open, opens, opening, opened, reopen | close, closes, closing, closed, shut, shutting, closure",
		"start, starts, starting, started, begin, begins, beginning, began, onset | stop, stops, stopping, stopped, end, ends, ending, ended, finish, quit, terminate",
		"enable, enables, enabling, enabled, activate, activating, turn on, switch on, turned on, turning on | disable, disables, disabling, disabled, deactivate, deactivating, turn off, switch off, turned off, turning off",
		"add, adds, adding, added, insert, include, attach | remove, removes, removing, removed, delete, deletes, deleting, deleted, exclude, omit",
		"install, installing, installed, installation | uninstall, uninstalling, uninstalled",
		"encrypt, encryption, encode, encrypting, encoding | decrypt, decryption, decode, decrypting, decoding",
		"compress, zip, compressing | decompress, unzip, extract, decompressing, unzipping",
		"upload, uploads, uploading, uploaded, push, export, exporting, send, sending, sent | download, downloads, downloading, downloaded, pull, import, importing, receive, receiving, received",
		"import, imports, importing, imported | export, exports, exporting, exported",
		"lock, locks, locking, locked | unlock, unlocks, unlocking, unlocked",
		"block, blocks, blocking, blocked, ban | unblock, unblocks, unblocking, unblocked, unban",
		"follow, following | unfollow, unfollowing",
		"subscribe, subscribing | unsubscribe, unsubscribing",
		"advantage, advantages, pros, benefit, benefits, upside, upsides, strengths | disadvantage, disadvantages, cons, drawback, drawbacks, downside, downsides, weaknesses",
		"best, better, top | worst, worse",
		"biggest, largest, bigger, larger, greatest, greater, big, large, huge | smallest, smaller, tiniest, tinier, small, tiny",
		"most, more, maximum, max, highest, maximise, maximize, longest, at most, no more than, up to | least, less, fewer, fewest, minimum, min, lowest, minimise, minimize, shortest, at least, no less than",
		"high, higher, highest, tall, taller, tallest | low, lower, lowest",
		"longest, longer, long, tall, taller, tallest | shortest, shorter, short",
		"fastest, faster, fast, quick, quickly, quicker, speed up | slowest, slower, slow, slowly, slow down",
		"cheapest, cheaper, cheap | expensive, dearest, costliest, priciest",
		"oldest, older, earliest, elder, old | newest, newer, latest, youngest, younger, new, young",
		"first, earliest, initial | last, latest, final",
		"before, prior to, preceding, earlier | after, following, later, afterwards",
		"above, over, more than, exceeding, greater than | below, under, less than, beneath, fewer than",
		"inside, indoor, indoors, internal | outside, outdoor, outdoors, external",
		"hot, hotter, hottest, warm, warmer | cold, colder, coldest, cool, cooler",
		"strong, stronger, strongest | weak, weaker, weakest",
		"hard, harder, hardest, difficult | easy, easier, easiest",
		"hard, harder, hardest | soft, softer, softest",
		"heavy, heavier, heaviest | light, lighter, lightest",
		"wide, wider, widest, broad | narrow, narrower, narrowest",
		"deep, deeper, deepest | shallow, shallower, shallowest",
		"thick, thicker | thin, thinner",
		"rich, richer, richest, wealthy | poor, poorer, poorest",
		"win, wins, winning, won | lose, loses, losing, lost",
		"accept, accepts, accepting, accepted, approve, approved, approving, allow, allowed, allowing, permit, permitted, grant | reject, rejects, rejecting, rejected, refuse, refused, deny, denied, decline, declined, forbid, forbidden, prohibit, prohibited, ban, banned, prevent",
		"pass, passes, passing, passed, succeed, success | fail, fails, failing, failed, failure",
		"arrive, arrives, arriving, arrived, arrival, arrivals | depart, departs, departing, departed, departure, departures, leave, leaving, left",
		"join, joining, joined, joiner | leave, leaving, left, quit, leaver",
		"enter, entering, entry | exit, exiting, leave",
		"borrow, borrowing, borrowed | lend, lending, lent",
		"deposit, deposits, depositing | withdraw, withdrawal, withdrawing, withdrawals",
		"credit | debit",
		"income | expenses, expenditure",
		"profit, profits | loss, losses",
		"asset, assets | liability, liabilities",
		"love, loves, like, likes, loved | hate, hates, dislike, dislikes, hated",
		"positive | negative",
		"public | private",
		"male, man, men, boy, boys, husband, father, brother, son, uncle, king, he, gentleman | female, woman, women, girl, girls, wife, mother, sister, daughter, aunt, queen, she, lady",
		"parent, parents, adult, adults | child, children, kid, kids, toddler, toddlers",
		"cancel, cancelling, canceling, cancelled, canceled | renew, renewing, renewed",
		"input, inputs | output, outputs",
		"read, reads, reading | write, writes, writing, overwrite",
		"encourage, encouraging | discourage, discouraging",
		"legal, lawful, legally | illegal, unlawful, illegally",
		"forward, forwards | backward, backwards",
		"ascending, oldest first | descending, newest first",
		"left, leftmost | right, rightmost",
		"horizontal, horizontally | vertical, vertically",
		"north, northern | south, southern",
		"east, eastern | west, western",
		"day, daytime | night, nighttime",
		"morning | evening",
		"summer | winter",
		"attack | defend, defence, defense",
		"create, creates, creating, created, build | destroy, destroys, delete, deletes, deleting, deleted, remove, demolish",
		"connect, connecting, connected | disconnect, disconnecting, disconnected",
		"hire, hiring, hired | fire, firing, fired, dismiss, dismissing",
		"employ, employed, employment | unemployed, unemployment",
		"ancient, old | modern",
		"leading | trailing",
		"freeze, freezing, frozen | unfreeze, unfreezing, unfrozen",
		"double, doubled, doubles | halve, halved, halves",
		"towards, toward | away from",
		"domestic | international",
		"hypo, hypothyroidism, hypotension, hypoglycemia, hypoglycaemia, hypothermia, hypokalemia, hyponatremia | hyper, hyperthyroidism, hypertension, hyperglycemia, hyperglycaemia, hyperthermia, hyperkalemia, hypernatremia",
		"acute | chronic",
		"benign | malignant",
		"inhale, inhaling | exhale, exhaling",
		"pre | post",
		"pregnant | breastfeeding",
		"synonym, synonyms | antonym, antonyms",
		"upgrade, upgrading, upgraded | downgrade, downgrading, downgraded",
		"expand, expanding, lengthen, extend, extending | shorten, shortening, shrink, condense, compress",
		"serialize, serialise, marshal, stringify | deserialize, deserialise, unmarshal, parse",
		"show, showing, display, unhide | hide, hiding, hidden",
		"mount, mounting | unmount, unmounting",
		"merge, merging, combine | split, splitting",
		"synchronous, synchronously, sync | asynchronous, asynchronously, async",
		"mutable | immutable",
		"even | odd",
		"numerator | denominator",
		"multiply, multiplying, multiplied | divide, dividing, divided",
		"add, adding, plus, addition | subtract, subtracting, minus, subtraction",
		"sum | difference",
		"sine, sin | cosine, cos",
		"derivative, differentiate, differentiating | integral, integrate, integrating, antiderivative",
		"vegetarian, vegan | meat",
		"cause, causes, causing, caused, trigger | prevent, prevents, preventing, cure, cures, treat",
		"gain, gaining, put on | lose, losing, loss",
		"hired, employer, employers | employee, employees",
		"landlord, landlords | tenant, tenants",
		"seller, sellers, vendor | buyer, buyers, customer",
		"sender | recipient, receiver",
		"teacher | student, pupil",
		"guilty | innocent",
		"import duty | export duty",
		"single, unmarried | married",
		"major | minor",
		"safe, safely, safety | dangerous, danger, unsafe, harmful",
		"clean, cleaning | dirty",
		"dry | wet",
		"full | empty",
		"loud, louder | quiet, quieter",
		"alive, living | dead",
		"same, identical | different",
		"true | false",
		"overweight, fat | underweight, thin, skinny",
		"introvert, introverts | extrovert, extroverts, extravert, extraverts",
		"optimist, optimistic | pessimist, pessimistic",
		"liberal, liberals | conservative, conservatives",
		"democrat, democrats | republican, republicans",
		"undergraduate | postgraduate, graduate",
		"veg, vegetarian | nonveg, non-veg",
		"local, locally | remote, remotely",
		"client, clients, frontend | server, servers, backend",
		"minimum, min, at least, no less than, or more | maximum, max, at most, no more than, or less",
		"including, includes | excluding, except, other than, apart from",
	}
}

var termSets = [...]struct {
	kind  markKind
	lines string
}{
	{markLanguage, `
		english
		french, francais
		german, deutsch
		spanish, espanol, castilian
		italian
		portuguese
		dutch
		swedish
		norwegian
		danish
		finnish
		polish
		czech
		russian
		ukrainian
		greek
		turkish
		arabic
		hebrew
		hindi
		urdu
		bengali
		tamil
		telugu
		marathi
		gujarati
		punjabi
		malayalam
		kannada
		chinese, mandarin
		cantonese
		japanese
		korean
		vietnamese
		thai
		indonesian
		malay
		swahili
		latin
		welsh
		irish, gaelic
		catalan
		romanian
		hungarian
		bulgarian
		croatian
		serbian
		persian, farsi
		tagalog, filipino
		sanskrit
		icelandic
		esperanto
		hinglish
		spanglish
		afrikaans
		zulu
		yiddish
		nepali
		sinhala
		slovak
		slovenian
		lithuanian
		latvian
		estonian
		albanian
		basque
		maltese
		braille`},
	{markProgLang, `
		python, py, python3, numpy, pandas, django, flask, pip
		javascript, js, ecmascript, node.js, nodejs, npm, node
		typescript, ts
		java, jvm, spring boot
		c#, csharp, c sharp, dotnet, linq
		c++, cpp
		golang, go
		rust, cargo
		ruby, rails, ruby on rails
		php, laravel
		perl
		swift, swiftui
		kotlin
		scala
		haskell
		clojure
		elixir
		erlang
		lua
		julia
		matlab
		fortran
		cobol
		pascal
		powershell
		bash, shell, sh, zsh
		sql, mysql, postgres, postgresql, sqlite, t-sql
		html
		css
		excel, vba, google sheets
		f#
		dart, flutter
		groovy
		objective-c
		regex, regexp, regular expression
		awk
		sed
		vb.net, visual basic
		prolog
		lisp
		ocaml
		assembly, assembler
		latex, tex
		graphql
		curl
		jq
		bigquery
		apps script, google apps script
		r, dplyr, tidyverse
		c`},
	{markFormat, `
		json
		xml
		yaml, yml
		csv, comma-separated, comma separated
		toml
		markdown
		html
		pdf
		table, tabular
		bullet, bullets, bullet list, bullet points, bulleted, bulleted list, bullet point
		numbered list, numbered, ordered list
		haiku
		limerick
		sonnet
		poem, verse
		essay
		email, e-mail, mail
		letter
		tweet
		song, lyrics
		story
		dialogue
		flowchart, diagram
		checklist
		paragraph, paragraphs
		sentence, sentences
		sms, text message
		slogan, tagline
		headline
		press release
		speech
		recipe
		docx, word document
		powerpoint, slides, slide
		spreadsheet
		ascii art
		yes or no
		regex, regular expression`},
	{markLength, `
		one word, single word
		one sentence, single sentence, one line, single line, one-liner
		one paragraph, single paragraph
		briefly, in brief, short answer, concisely, succinctly, tl;dr, tldr, in short
		in detail, detailed, at length, in depth, thoroughly, comprehensive, comprehensively`},
	{markTone, `
		formal, formally, formal tone, professional, professionally
		informal, informally, casual, casually
		polite, politely
		rude, rudely, blunt
		funny, humorous, humorously, witty
		serious, seriously
		sarcastic, sarcastically
		friendly
		angry
		apologetic
		playful
		persuasive
		neutral`},
	{markMoment, `
		today, today's
		tonight, tonights, tonight's, this evening
		this morning
		this afternoon
		yesterday, yesterday's
		tomorrow, tomorrow's, tmrw
		this week
		last week, past week, previous week
		next week, coming week
		this month
		last month, past month, previous month
		next month
		this year
		last year, past year, previous year
		next year, coming year
		this quarter
		last quarter, previous quarter
		next quarter
		this weekend
		last weekend
		next weekend
		last night`}, // today and its parts stand first: see isToday
	{markRate, `
		hourly
		daily, everyday
		weekly
		monthly
		quarterly
		yearly, annual, annually`},
	{markQuantifier, `
		all, every, always, whole, entire
		some, several, a few, sometimes
		only, solely, exclusively, nothing but
		except, excluding, other than, apart from`},
}

// aliasLines are words that are one: spellings, short forms, places.
const aliasLines = `
	nyc, new york city, new york, ny
	usa, us, u.s, united states, america, american, u.s.a, united states of america, the states
	uk, united kingdom, britain, great britain, british
	la, los angeles
	sf, san francisco
	dc, washington dc, washington
	uae, united arab emirates
	eu, european union, european
	un, united nations
	india, indian
	germany, german
	france, french
	spain, spanish
	italy, italian
	china, chinese
	japan, japanese
	russia, russian
	canada, canadian
	australia, australian
	brazil, brazilian
	mexico, mexican
	ireland, irish
	pakistan, pakistani
	ai, artificial intelligence
	ml, machine learning
	ibm
	kubernetes, k8s
	postgres, postgresql
	javascript, js
	typescript, ts
	golang, go
	python, py
	db, database
	os, operating system
	app, application
	phone, mobile, mobile phone, cell phone, smartphone, cellphone
	tv, television, telly
	photo, picture, pic, image, photograph
	car, automobile
	movie, film
	colour, color
	favourite, favorite
	organise, organize
	organisation, organization
	centre, center
	programme, program
	metre, meter
	theatre, theater
	behaviour, behavior
	licence, license
	cheque, check
	grey, gray
	analyse, analyze
	realise, realize
	recognise, recognize
	tyre, tire
	paracetamol, acetaminophen, tylenol
	adrenaline, epinephrine
	heathrow, lhr
	bangalore, bengaluru
	mumbai, bombay
	kolkata, calcutta
	chennai, madras
	beijing, peking
	myanmar, burma
	koran, quran, qur'an
	cologne, koln
	munich, munchen
	vienna, wien
	ussr, soviet union, soviet
	instagram, ig, insta
	netherlands, holland, dutch
	aws, amazon web services
	gcp, google cloud, google cloud platform
	vs, versus, v
	bring, brought
	buy, bought
	find, found
	get, got, gotten
	go, went, gone, goes
	write, wrote, written
	run, ran
	make, made
	take, took, taken
	give, gave, given
	speak, spoke, spoken
	know, knew, known
	think, thought
	tell, told
	become, became
	begin, began, begun
	break, broke, broken
	choose, chose, chosen
	drive, drove, driven
	eat, ate, eaten
	pay, paid
	see, saw, seen
	send, sent
	sell, sold
	teach, taught
	lose, lost
	mean, meant
	pic, pics
	msg, message
	pwd, password, passwd
	acct, account
	info, information
	repo, repository
	dir, directory, folder
	config, configuration
	cmd, command
	param, parameter
	func, function
	var, variable
	env, environment
	auth, authentication
	admin, administrator
	dev, development, developer
	prod, production
	approx, approximately
	temp, temperature
	max, maximum
	min, minimum
	uni, university
	maths, math, mathematics
	exam, examination
	lab, laboratory
	fridge, refrigerator
	flat, apartment
	lift, elevator
	holiday, vacation
	petrol, gas, gasoline
	mum, mom, mother
	dad, father
	kid, child, children
	wife, wives
	difference, differ, different
	method, way
	error, err
`

// undoneLines are words with a negation in them, as plain:undone.
const undoneLines = `
	possible:impossible, able:unable, safe:unsafe, legal:illegal, valid:invalid, correct:incorrect, complete:incomplete, necessary:unnecessary,
	likely:unlikely, common:uncommon, happy:unhappy, fair:unfair, healthy:unhealthy, known:unknown, available:unavailable, usual:unusual,
	important:unimportant, reliable:unreliable, paid:unpaid, read:unread, used:unused, locked:unlocked, limited:unlimited, stable:unstable,
	responsive:unresponsive, visible:invisible, expensive:inexpensive, appropriate:inappropriate, accurate:inaccurate, active:inactive,
	compatible:incompatible, regular:irregular, relevant:irrelevant, logical:illogical, moral:immoral, mature:immature, patient:impatient,
	polite:impolite, agree:disagree, honest:dishonest, allow:disallow, like:dislike, appear:disappear, trust:distrust, successful:unsuccessful,
	certain:uncertain, comfortable:uncomfortable, expected:unexpected, acceptable:unacceptable, ethical:unethical, employed:unemployed,
	finished:unfinished, married:unmarried, opened:unopened, signed:unsigned, supported:unsupported, verified:unverified, authorised:unauthorised, authorized:unauthorized`
