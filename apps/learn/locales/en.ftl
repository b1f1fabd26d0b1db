# Courses.

service = Learning
summary = Courses with lessons, quizzes and certificates, free or paid
home = Learning

## What operations did, said to the person whose record they are in.

op-put = You made or changed a course, a module or a lesson
op-set = You chose who sees a course or lesson
op-attach = You chose the pictures and files of a course or lesson
op-sort = You ordered your courses or lessons
op-remove = You removed a course or lesson and erased its words
op-follow = You followed a course
op-unfollow = You stopped following a course
op-offer = You said what a course costs
op-enroll = You enrolled in a course
op-enrolled = Somebody enrolled in a course
op-promised = A place in a course was promised
op-paid = The payment of a promised place came
op-withdrawn = The payment of a place goes back
op-leave = You left a course
op-refund = You ended a student’s place and give the money back
op-dropped = A place in a course ended
op-progress = You said how far you are in a course
op-answer = You answered a quiz
op-graded = The box graded a quiz
op-complete = You finished a course

## What a delegation allows.

scope-put = Make courses and lessons, and change them
scope-set = Choose who sees your courses, and when
scope-attach = Add pictures and files to your courses and lessons
scope-sort = Order your courses and lessons
scope-follow = Follow courses
scope-unfollow = Stop following courses
scope-leave = Leave courses
scope-progress = Say how far you are in courses
scope-answer = Answer quizzes
scope-complete = Ask for certificates of courses

## Kinds of notifications.

notice-student = Somebody began a course of yours
notice-lesson = New lessons in courses that you follow
notice-finished = A student finished a course of yours
notice-certificate = You got a certificate

## On Home

home-students = { $count ->
    [one] { $who } began a course of yours.
   *[other] { $count } people began courses of yours, the last was { $who }.
}
home-lessons = { $count ->
    [one] A new lesson by { $name } in “{ $title }”
   *[other] { $count } new lessons by { $name } in “{ $title }”
}
home-finished = { $count ->
    [one] { $who } finished a course of yours.
   *[other] { $count } students finished courses of yours, the last was { $who }.
}
home-certificates = { $count ->
    [one] You have a new certificate from { $who }.
   *[other] You have { $count } new certificates, the last from { $who }.
}
home-show = Show
front-by = A course by { $name }

## The pages

title = { $name }: courses
change = Change your courses
none = No course here yet.
no-such-course = There is no such course here, or it isn’t shown to you.
no-offer = This course can’t be bought now.
for-students = This is for those who take the course.
free = free
by = by <teacher>{ $name }</teacher>
followers = { $count ->
    [0] Nobody on this box follows it yet.
    [one] One person on this box follows it.
   *[other] { $count } people on this box follow it.
}
progress = { $done } of { $count ->
    [one] { $count } lesson
   *[other] { $count } lessons
}
begin = Begin
go-on = Continue
students = Students
teacher-sees = The teacher sees which lessons you have done.
leave = Leave the course
leave-why-free = You can enroll again at any time.
leave-why = After that you can’t read its lessons any more, unless it is free. Leaving doesn’t refund what you paid: ask the teacher.
enroll = Take this course
enroll-signin = Sign in to take this course
done = Done
graded = graded
optional = optional
no-lessons = No lesson here yet.
see-course = See the course
mark-done = I have done this lesson
keep = Keep on this device
lessons = Lessons
before = ← { $title }
after = Next lesson: { $title }
to-course = Back to the course
teach = Courses that you teach
takes-none = You take no course yet.
course-gone = This course isn’t here any more.
waits = waits for your payment
no-students = Nobody takes this course yet.
since = since <day/>

## Quizzes

quiz = Quiz
needs = { $percent } percent must be right.
kept-by-node = Your answers go into your record. The box grades them at once.
for-practice = For practice: try as often as you like.
quiz-scripts-off = Your browser draws the questions with a script. Turn scripts on for this address to answer:
answer = Answer
tries = You have { $left } tries.
passed = Passed: { $right } of { $count } right.
not-passed = { $right } of { $count } right. { $left ->
    [0] You have no try left: ask the teacher.
    [one] You have one more try.
   *[other] You have { $left } more tries.
}
student-grade = { $title }: { $right } of { $count } right ({ $tries ->
    [one] one try
   *[other] { $tries } tries
})
field-quiz = Quiz (optional)
quiz-text = The quiz as text
quiz-hint = A question begins with ?, a wrong answer with -, a right one with *. What students write themselves comes after =.
quiz-example-question = Which flour is for bread?
quiz-example-wrong = Cake flour
quiz-example-right = Strong flour
quiz-example-words = What makes dough rise?
quiz-example-answer = yeast
field-pass = Graded: percent that must be right (optional)
pass-hint = Left empty, the quiz is for practice, and its answers come with it. With a number the box keeps the answers, and everybody has five tries.

## Certificates

all-done = You have done everything
finish-why = The box signs that you finished this course. The file proves it anywhere, even when this box is gone.
certificate-public = Everybody who has its address, or scans its code, may see it
finish = Get the certificate
finished = You finished this course.
see-certificate = See the certificate
download-certificate = Download its proof
certificates = Your certificates
no-certificates = None yet.
certificate = Certificate
certificate-finished = finished the course
certificate-teacher = Teacher: { $name }
certificate-signed = Signed by { $name } on <day/>
certificate-check = Check it at this address:
certificate-private = Only the student and the teacher see this page. To others the code shows how to check the proof’s file: send it to them.
certificate-ask = Did somebody show it to you? Ask them for the file with its proof, and check it here.
print = Print
no-certificate = There is no such certificate, or it isn’t for you.
public = public
check-title = Check a certificate
check-why = Choose a certificate’s file. Your browser checks it here and sends it nowhere.
check-scripts-off = Your browser checks the file, and it needs scripts for that. Without them, use imajin verify.
check-file = The file

## Buying and copying

signed = You sign exactly this price and these shares.
refund = Give the money back
copy = Teach this yourself
copy-why = You get a copy of the whole course that you can change. A share of what you earn with it goes to its author.

## Making courses

teaching = Courses that you teach
lead = Everyone you choose finds your courses on <page>your page</page>. A course has modules and lessons, or lessons alone.
add-course = Make a course
add-module = Add a module
add-lesson = Add a lesson
templates = Start from an example
template-craft-name = A craft
template-craft-title = Bread from your own oven
template-craft-note = Five evenings from flour to crust. You need an oven, a bowl and time.
template-school-name = A school
template-school-title = Letters and sounds
template-school-note = For families who practise at home what we do in class.
template-club-name = A club
template-club-title = First steps on the water
template-club-note = Read this before your first day in the boat.
in-none = Nothing yet
field-in = Part of
field-text = What students read
text-hint = Markdown: # for a heading, - for a list, **bold**, [words](https://…). HTML is shown as text.
files-hint = In the text of a lesson, ![words](1) shows its first picture.
field-required = The course is finished only with this lesson
field-price = Price (optional)
field-currency = Currency
field-share = Others may teach this course: your share of what they earn, in percent (optional)
share-hint = Left empty, nobody may. Students who copy it also get the right answers of its quizzes.

## Scripts

js-a-course = Course
js-a-module = Module
js-a-lesson = Lesson
js-nothing = No course yet. Make one, or start from an example.
js-empty = Nothing in it yet.
js-slug-taken = Something else of yours has this address.
js-remove-all-sure = Remove “{ $title }” with all that is in it, and erase the words?
js-too-long = A lesson has at most 200 000 bytes: make two of it.
js-see = Open
js-students = Students
js-signing = Signing…
js-leave-sure = Leave this course?
js-done = Done, and signed by you.
js-followed = You follow this course. New lessons appear on your Home.
js-unfollowed = You don’t follow it any more.
js-copied = { $count ->
    [0] Copied.
   *[other] Copied, with { $count } modules and lessons.
}
js-quiz-line = Begin each line with ?, -, * or =. After each question come choices, or one line with =.
js-quiz-title = Write the question.
js-quiz-twice = This choice is there twice.
js-quiz-add = Add a question
js-quiz-add-choice = Add a choice
js-quiz-choice-n = Choice { $number }
js-quiz-question = Question
js-quiz-question-n = Question { $number }
js-quiz-remove = Remove this question
js-quiz-remove-choice = Remove choice { $number }
js-quiz-right = Choice { $number } is right
js-quiz-tick = Tick what is right.
js-quiz-unread = This quiz can’t be shown as questions and choices here. It stays as it is: change it below, as text.
js-quiz-words = Right answer
js-quiz-written = Students write the answer themselves
js-quiz-choice = Each question needs a right answer, and at least two to choose from.
js-pass = Write a percentage from 1 to 100.
js-no-quiz = A graded quiz needs questions.
js-right = Right: { $right } of { $count }.
js-passed = Passed: { $right } of { $count } right.
js-not-passed = { $right } of { $count } right. More tries: { $left }.
js-certificate-code = QR code of this certificate’s address
js-check-good = This certificate is genuine.
js-check-bad = This is no valid certificate: { $why }
js-check-no-file = it isn’t a certificate’s file
js-check-issuer = its issuer’s identity doesn’t verify
js-check-signature = its signature isn’t its issuer’s
js-check-about = About: { $did }
js-check-by = Signed by: { $did }
js-check-course = Course: { $title }
js-check-completed = The course was completed
js-check-type = Statement: { $type }
js-check-at = On: { $day }
js-check-score = Score: { $score } percent
js-check-proves = It proves who said this, not that it is true. Compare the signer with the box or the teacher that you trust.
js-no-currency = Write the currency’s code: CHF, EUR, CAD.
js-no-amount = Write an amount: 5 or 5.50.
js-share = Write a share in percent, from 0 to 90.
js-origin = This is a copy. { $share } percent of what it earns go to the author of the original. Others see it once you have saved it here.
js-origin-closed = This is a copy of a course that others may not teach any more.
js-promised = Your place is noted. It is yours as soon as your transfer has arrived.
js-how-to-pay = How to pay
js-refund-sure = Give { $amount } back? The student’s place ends.
js-noted = Noted on this device. You sign it once there is a network.
js-sent = What you did without a network is signed now.
js-keeping = Keeping…
js-kept = Kept on this device: { $size } MB. Open this page when there is no network.
js-kept-without = { $count ->
    [one] One file is left out: it doesn’t fit into 200 MB, or it can’t be read.
   *[other] { $count } files are left out: they don’t fit into 200 MB, or they can’t be read.
}
js-keep-large = This course has more than 200 MB, which don’t fit here.
js-keep-not = It could not be kept: { $why }
js-keep-insecure = Courses are kept only at an address that begins with https, or on this machine.

## What the code says
#
# Sentences of the code, word for word: refusals, warnings, findings. Other languages translate them; nothing names these messages.

says-courses-lessons = courses and lessons
says-courses-with-progress = courses with progress
says-you-arent-enrolled-in = You aren’t enrolled in this course.
says-certificate-must-box-say = A certificate must be of this box, and say that this student finished this course.
says-you-have-certificate-course = You have a certificate of this course already.
says-still-done-or-its = “{ $title }” is still to be done, or its quiz to be passed.
says-course-has-no-lesson = This course has no lesson that could be done.
says-there-no-such-course = There is no such course here, or it isn’t shown to you.
says-your-own-course = This is your own course.
says-you-are-enrolled-in = You are enrolled in this course already.
says-price-or-its-shares = The price or its shares have changed since you looked: look again and agree to the new ones.
says-teachers-record-isnt-kept = The teacher’s record isn’t kept on this box any more.
says-payment-bought-no-place = This payment bought no place in this course of yours.
says-place-cost-in-minor = This place cost { $value }: refund that, or less.
says-place-was-paid-in = This place was paid in { $value }.
says-title-must-not-empty = title must not be empty.
says-course-in-nothing-else = A course is in nothing else: leave in out.
says-text-has-at-most = text has at most 200 000 bytes.
says-only-lessons-have-leave = Only lessons have { $field }: leave it out.
says-graded-quiz-needs-question = A graded quiz needs a question with a correctAnswer.
says-you-have-no-course = You have no course with this id: make it first.
says-copy-course-whose-owner = This is a copy of a course whose owner doesn’t let others teach it, or that isn’t here any more.
says-fair-must-have-in = fair must have { $digest } in derivesFrom, with at least { $share } millionths of what the copy earns.
says-lesson-was-done-at = A lesson was done at a time that is still to come: check this device’s clock.
says-there-no-graded-quiz = There is no graded quiz with this id here.
says-you-have-passed-quiz = You have passed this quiz already.
says-you-have-used-all = You have used all five tries. Ask the teacher.
says-you-gave-these-answers = You gave these very answers in your last try, which counts.
says-courses-lessons-2 = { $count } courses and lessons
says-enrolments = { $count } enrolments
says-courses-with-progress-2 = { $count } courses with progress
says-answered-quizzes = { $count } answered quizzes

## Help texts of the pages: a title, and three sentences

help-mine =
    Learning
    The courses that you take are here, and your certificates.
    Tap a course to continue where you stopped.
    The teacher of a course sees which lessons you have done.
help-courses =
    Somebody’s courses
    The courses of one person are listed here.
    Tap one to see its lessons, and to take it.
    You see only courses that are meant for you.
help-course =
    A course
    This page shows the lessons of a course, and what it costs.
    Take the course, then begin with the first lesson.
    The teacher sees which lessons you have done, and you can leave the course at any time.
help-lesson =
    A lesson
    This is one lesson of a course, with its files and its quiz.
    Read it, answer the quiz if there is one, and choose “I have done this lesson”.
    The teacher sees that you have done it, and answers to a graded quiz go into your record.
help-teaching =
    Courses that you teach
    You make courses here, of modules and lessons or of lessons alone.
    Make a course or start from an example, then add its lessons.
    You choose who sees a course, and you can change it at any time.
help-students =
    Students
    This page shows who takes your course, and how far each of them is.
    Look at their lessons and grades; to somebody who paid you can give the money back.
    Only you see this page, and your students are told that you see it.
help-certificate =
    Checking a certificate
    This page tells you whether somebody really finished a course.
    Choose the file of the certificate.
    Your browser checks it here and sends it nowhere.
help-one-certificate =
    A certificate
    This page shows that somebody finished a course.
    Print it, or keep the file, which still proves it when this box is gone.
    Unless it is public, only the student and the teacher see it here.
