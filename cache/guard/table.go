package guard

// rules is the table: what each rule is about, and pairs that show where it
// begins and ends. The pairs are its tests, and stand in the guide.
var rules = []rule{
	{Rule{"number", "numbers and quantities, in whatever spelling and unit", [][2]string{
		{"What is 15% of 80?", "What is 25% of 80?"},
		{"Name two causes of the war", "Name three causes of the war"},
		{"Is 5 km a good distance for a beginner?", "Is 15 km a good distance for a beginner?"},
		{"Send 5,000 dollars to Peru", "send $500 to Peru"},
		{"Make a study plan with an hour a day", "Make a study plan with three hours a day"},
		{"How much is 1.2 million euros in yen?", "How much is 12 million euros in yen?"},
	}, [][2]string{
		{"Is 1 km a long way to swim?", "Is 1,000 m a long way to swim?"},
		{"How do I save 5k in a year?", "how to save five thousand in a year"},
		{"What can I do in half an hour?", "what can i do in 30 min"},
		{"Loan over a year and a half", "loan over 18 months"},
		{"Can I pay $5 by card?", "can i pay five bucks by card"},
		{"a 75% position", "a three quarters position"},
		{"We need twenty-four chairs", "we need 24 chairs"},
		{"Give me a dozen eggs", "give me 12 eggs"},
		{"How long is 90 minutes of play?", "how long is one and a half hours of play"},
		{"Write a haiku about rain", "Write one haiku about rain"},
		{"A short title, under 10 words", "a short title, at most nine words"},
		{"He paid 12 dollars 99", "he paid $12.99"},
	}}, numberDiffers, []markKind{markNumber}, otherNumber},
	{Rule{"unit", "units and currencies: the same number of something else, or another unit to convert to", [][2]string{
		{"How much is $20 in rupees?", "How much is \u00a320 in rupees?"},
		{"How far is 10 miles on foot?", "How far is 10 km on foot?"},
		{"Set the timeout to 30 seconds", "Set the timeout to 30 minutes"},
		{"What is the temperature of the sun in Celsius?", "What is the temperature of the sun in kelvin?"},
		{"Convert 72 km/h to m/s", "Convert 72 km/h to mph"},
	}, [][2]string{
		{"What does 50 \u20ac buy in Rome?", "What does 50 euros buy in Rome?"},
		{"How warm is 20 \u00b0C?", "how warm is 20 degrees celsius"},
		{"How many square metres is 1,200 sq ft?", "1200 square feet in m\u00b2"},
		{"How many kilowatt-hours does a fridge use?", "how many kWh does a fridge use"},
		{"Does 2 lb of rice feed six?", "does 2 pounds of rice feed six"},
	}}, unitDiffers, []markKind{markNumber, markUnit}, otherUnit},
	{Rule{"rate", "how often: per day, week, month, year", [][2]string{
		{"What is the fee per month?", "What is the fee per year?"},
		{"How do I send a weekly report?", "How do I send a daily report?"},
	}, [][2]string{
		{"What is the monthly fee?", "What is the fee per month?"},
		{"What does it cost a year?", "what does it cost annually"},
	}}, mutual(markRate, sameID), []markKind{markRate}, otherID},
	{Rule{"ordinal", "places in an order: 2nd, third", [][2]string{
		{"Who was the 3rd president of Peru?", "Who was the 4th president of Peru?"},
		{"Who wrote the fifth book of the series?", "Who wrote the seventh book of the series?"},
	}, [][2]string{
		{"Who was the 3rd president of Peru?", "who was the third president of peru"},
		{"Which one is the 21st letter?", "which is the 21st letter"},
	}}, mutual(markOrdinal, numberIn), []markKind{markOrdinal}, otherNumber},
	{Rule{"version", "versions of software and other products", [][2]string{
		{"What is new in Python 3.12?", "What is new in Python 3.11?"},
		{"Does curl 8.4.0 have the fix?", "Does curl 8.5.0 have the fix?"},
		{"How do I upgrade to Windows 11?", "How do I upgrade to Windows 10?"},
	}, [][2]string{
		{"What is new in Python v3.12?", "what's new in python 3.12"},
		{"When did Python 2 reach its end of life?", "when did python 2.7 reach its end of life"},
	}}, mutual(markVersion, versionIn), []markKind{markVersion}, otherVersion},
	{Rule{"date", "years, months, days, weekdays", [][2]string{
		{"Who won the election in 2016?", "Who won the election in 2020?"},
		{"Is the office open on 5 May?", "Is the office open on 5 June?"},
		{"Is the office open on May 5?", "Is the office open on May 6?"},
		{"Is the shop open on Sunday?", "Is the shop open on Monday?"},
		{"When is the deadline for the tax year 2023/24?", "When is the deadline for the tax year 2024/25?"},
	}, [][2]string{
		{"Is the office open on Jan 5?", "is the office open on the 5th of January"},
		{"What happened on 2025-03-04?", "What happened on 4 March 2025?"},
		{"When is the deadline for the tax year 2023/24?", "deadline for tax year 23/24"},
		{"May I open a window?", "may i open the window"},
		{"Is the shop open on Sun?", "is the shop open on Sunday"},
	}}, dateDiffers, []markKind{markYear, markDay}, otherNumber},
	{Rule{"clock", "times of day", [][2]string{
		{"Wake me at 6:15 am", "Wake me at 7:15 am"},
		{"Is there a train at 17:00?", "Is there a train at 19:00?"},
	}, [][2]string{
		{"Is there a train at 17:00?", "is there a train at 5 pm"},
		{"Run it every day at 2:30 am", "run it at 2.30am every day"},
		{"Is the shop open at 5?", "is the shop open at 5 pm"},
	}}, mutual(markClock, clockIn), []markKind{markClock}, otherTime},
	{Rule{"time-word", "today, last week, next month", [][2]string{
		{"What did I spend last month?", "What did I spend this month?"},
		{"Is it going to rain today?", "Is it going to rain tomorrow?"},
	}, [][2]string{
		{"Is it going to rain tonight?", "is it going to rain today"},
		{"Report on the past week", "report on last week"},
	}}, mutual(markMoment, momentIn), []markKind{markMoment}, otherMoment},
	{Rule{"negation", "what one text denies and the other affirms", [][2]string{
		{"Can I eat before the test?", "Can I not eat before the test?"},
		{"Why does my phone charge?", "Why doesn't my phone charge?"},
		{"Is it possible to divide by zero?", "Is it impossible to divide by zero?"},
		{"What if x is None?", "What if x is not None?"},
		{"A curry with coconut milk", "a curry without coconut milk"},
		{"Which foods contain gluten?", "Which foods contain no gluten?"},
	}, [][2]string{
		{"Isn't it possible to divide by zero?", "is it impossible to divide by zero"},
		{"Why don't cats like water?", "why do not cats like water"},
		{"A dairy-free cake", "a cake with no dairy"},
		{"Tell me whether or not it is safe", "tell me whether it is safe"},
		{"Not only cats but also dogs shed", "Cats and also dogs shed"},
		{"Can I cancel it, can't I?", "can I cancel it"},
		{"What causes rain?", "what causes snow no wait rain"},
		{"Where is platform no. 5?", "where is platform 5"},
	}}, negationDiffers, nil, nil},
	{Rule{"antonym", "opposites: increase and reduce, first and last, over and under", [][2]string{
		{"How do I increase my blood pressure?", "How do I reduce my blood pressure?"},
		{"Which planet is the biggest?", "Which planet is the smallest?"},
		{"How do I enable dark mode?", "how to disable dark mode"},
		{"What is the dose for adults?", "What is the dose for children?"},
		{"Files larger than 1 GB", "Files smaller than 1 GB"},
		{"When is the first bus to the airport?", "When is the last bus to the airport?"},
	}, [][2]string{
		{"Is Iceland bigger than Ireland?", "Is Ireland smaller than Iceland?"},
		{"How do I raise my score?", "how can i increase my score"},
		{"Do prices rise or fall?", "do prices fall or rise"},
		{"How do I turn on the lamp?", "how do i switch on the lamp"},
	}}, antonymDiffers, nil, nil},
	{Rule{"quantifier", "all, some, only, except", [][2]string{
		{"Delete all mails from one sender", "Delete only mails from one sender"},
		{"Do all birds fly south in winter?", "Do some birds fly south in winter?"},
		{"List all the parts of the engine", "List all the parts of the engine except bolts"},
	}, [][2]string{
		{"Do all birds lay eggs?", "does every bird lay eggs"},
		{"What are some ways to relax?", "what are ways to relax"},
		{"Reset only the fan", "reset solely the fan"},
	}}, quantifierDiffers, []markKind{markQuantifier}, otherID},
	{Rule{"name", "names, and rare words in the same place", [][2]string{
		{"What is the capital of Austria?", "What is the capital of Australia?"},
		{"Is it safe to travel to Iran?", "Is it safe to travel to Iraq?"},
		{"How do I deploy to AWS?", "How do I deploy to GCP?"},
		{"can i take naproxen with milk", "can i take oxycodone with milk"},
		{"When did World War I end?", "When did World War II end?"},
		{"What did Aristotle say about virtue?", "What did Plato say about virtue?"},
	}, [][2]string{
		{"Where can I eat in New York?", "where can i eat in NYC"},
		{"How does a JSON Web Token work?", "how does a JWT work"},
		{"Is Seville worth a visit?", "Is Sevilla worth a visit?"},
		{"How do I install Kubernetes?", "how do I install k8s"},
		{"What Is The Capital Of Peru?", "what is the capital of peru"},
		{"What is the capitol of France?", "what is the capital of France"},
		{"How do I schedule a delivrey?", "how do I schedule a delivery"},
	}}, nameDiffers, []markKind{markName}, otherName},
	{Rule{"order", "two things that have changed places: from and to, before and after, who does what to whom", [][2]string{
		{"How do I fly from Oslo to Rome?", "How do I fly from Rome to Oslo?"},
		{"Convert miles to kilometres", "Convert kilometres to miles"},
		{"How does trade affect peace?", "How does peace affect trade?"},
		{"Is Java better than Kotlin?", "Is Kotlin better than Java?"},
		{"Should I eat before training?", "Should I eat after training?"},
		{"move 200 pounds savings -> current", "move 200 pounds current -> savings"},
	}, [][2]string{
		{"How do I fly from Oslo to Rome?", "how do i fly to rome from oslo"},
		{"What is the difference between tea and coffee?", "what's the difference between coffee and tea"},
		{"cats vs dogs", "dogs vs cats"},
		{"How far is it from Oslo to Bergen?", "how far is it from bergen to oslo"},
		{"Should I eat before or after training?", "should i eat after or before training"},
		{"Is Anna married to Tom?", "Is Tom married to Anna?"},
	}}, orderDiffers, nil, nil},
	{Rule{"identifier", "identifiers, flags, paths, URLs, e-mail addresses, error codes", [][2]string{
		{"What does error 0x80070005 mean in E-1042?", "What does error 0x80070005 mean in E-1043?"},
		{"What is in /etc/hosts?", "What is in /etc/passwd?"},
		{"What does git reset --hard do?", "What does git reset --soft do?"},
		{"What does git push --force do?", "What does git push --force-with-lease do?"},
		{"What does ls -l show?", "What does ls -L show?"},
		{"Why do I get a ModuleNotFoundError?", "Why do I get a PermissionDeniedError?"},
		{"Is https://example.com/a safe?", "Is https://example.org/b safe?"},
	}, [][2]string{
		{"Does the TX-9 come with a cable?", "does the TX9 come with a cable"},
		{"What is in /etc/hosts?", "what's in the etc hosts file"},
		{"Is localStorage safe?", "is local storage safe"},
		{"How do I start a Node.js server?", "how do I start a nodejs server"},
	}}, mutual(markIdent, identIn), nil, nil},
	{Rule{"code", "code in backticks, and operators between the same operands", [][2]string{
		{"What does `x = x or []` do?", "What does `x = x and []` do?"},
		{"In Python, what is 7 // 2?", "In Python, what is 7 % 2?"},
		{"if (retries <= 3) resend", "if (retries >= 3) resend"},
		{"What does the regex ^a+b$ match?", "What does the regex ^a*b$ match?"},
	}, [][2]string{
		{"What does `x = x or []` do?", "what does `x=x or []` do"},
		{"What does `x = x or []` do?", "what does x = x or [] do"},
		{"The 50/30/20 rule", "the 50-30-20 rule"},
		{"read and/or write", "read or write"},
	}}, codeDiffers, nil, nil},
	{Rule{"math", "mathematical expressions, sign by sign", [][2]string{
		{"What is 2+2?", "What is 2*2*2?"},
		{"Integrate x^2 + 1", "Integrate x^3 + x"},
		{"What is 10 / 2?", "What is 2 / 10?"},
		{"Find f(g(x))", "Find g(f(x))"},
	}, [][2]string{
		{"What is 2 + 2?", "what is 2+2"},
		{"Integrate x^2 + 1", "integrate x\u00b2 + 1"},
		{"Solve x^2 - 5x + 6 = 0", "solve 6 - 5x + x\u00b2 = 0"},
		{"What is two times 3 x 4?", "what is two times 3 x 4"},
		{"Is it open 24/7?", "is it open 24/7 then"},
	}}, mutual(markMath, sameKey), nil, nil},
	{Rule{"quotation", "quoted text, word by word", [][2]string{
		{"Translate \"the dog bites the man\"", "Translate \"the man bites the dog\""},
		{"Is \"your parcel is held\" spam?", "Is \"your tax is due\" spam?"},
	}, [][2]string{
		{"What does \u201cubiquitous\u201d mean?", "what does \"ubiquitous\" mean?"},
		{"What does 'ubiquitous' mean?", "what does ubiquitous mean"},
		{"Translate \"Good morning!\"", "translate \"good morning\""},
	}}, quoteDiffers, nil, nil},
	{Rule{"language", "the language that is asked for or about", [][2]string{
		{"Say good morning in French", "Say good morning in Spanish"},
		{"Explain how vaccines work", "Explain how vaccines work in Welsh"},
	}, [][2]string{
		{"How do you say rain in French?", "what is french for rain"},
		{"Explain how vaccines work", "explain in English how vaccines work"},
		{"I want to polish my shoes", "how to polish shoes"},
	}}, languageDiffers, []markKind{markLanguage}, otherID},
	{Rule{"programming-language", "the programming language", [][2]string{
		{"How do I sort a list in Python?", "How do I sort a list in Java?"},
		{"rust read file by lines", "golang read file by lines"},
	}, [][2]string{
		{"How do I sort a list in JavaScript?", "sort a list js"},
		{"How do I sort a list in C#?", "how to sort a list csharp"},
		{"Where should I go in June?", "where to go in june"},
	}}, mutual(markProgLang, sameID), []markKind{markProgLang}, otherID},
	{Rule{"format", "the format that is asked for", [][2]string{
		{"List the planets as JSON", "List the planets as XML"},
		{"Write a poem about rain", "Write an essay about rain"},
		{"Compare tea and coffee", "Compare tea and coffee in a table"},
	}, [][2]string{
		{"List the planets as JSON", "json list of the planets"},
		{"Write an email to my boss", "write an e-mail to my boss"},
		{"Compare tea and coffee in a table", "table comparing tea and coffee"},
	}}, formatDiffers, []markKind{markFormat}, otherID},
	{Rule{"length", "the length that is asked for", [][2]string{
		{"Explain inflation in one sentence", "Explain inflation in one paragraph"},
		{"Explain inflation briefly", "Explain inflation in detail"},
	}, [][2]string{
		{"Explain inflation in one sentence", "explain inflation in a single sentence"},
		{"Explain inflation briefly", "explain inflation in short"},
	}}, mutual(markLength, sameID), []markKind{markLength}, otherID},
	{Rule{"tone", "the tone that is asked for", [][2]string{
		{"Make this mail more formal", "Make this mail more casual"},
		{"Write a funny toast for a wedding", "Write a serious toast for a wedding"},
	}, [][2]string{
		{"Make this mail more formal", "make this mail more professional"},
		{"How do I decline politely?", "how do I decline without being rude"},
	}}, toneDiffers, []markKind{markTone}, otherID},
}
