"""The co_await rule: planted bad code is found, planted good code is not, and this tree has none."""

import unittest

import co_await
from planted import HouseCase

BAD = {
    "?: of two awaits": "x = c ? co_await f(t) : co_await g(t);",
    "?: in an argument": "co_await f(X(c ? a : b));",
    "?: over several lines": "auto r =\n  co_await f(\n    c ? a\n      : b);",
    "?: in a return": "co_return co_await f(c ? 1 : 2);",
    "while with &&": "while (a && co_await f(t)) { g(); }",
    "while with and": "while (a and co_await f(t)) g();",
    "do while with ||": "do { g(); } while (a || co_await f(t));",
    "for with &&": "for (int i = 0; a && co_await f(i); ++i) {}",
    "for without an init": "for (;a && co_await f();) {}",
    "lambda capturing a copy": "co_await co_spawn(ex, [v]() -> Task { co_return; }, token);",
    "lambda capturing all": "co_await f([=] { return v; });",
    "lambda capturing an init": "co_await f([v = std::move(v)]() mutable { g(v); });",
    "lambda capturing *this": "co_await f([*this] { g(); });",
    "lambda capturing & and a copy": "co_await f([&, v] { g(v); });",
    "a called lambda": "co_await [v]() -> Task { co_return; }();",
    "aggregate argument": "auto reply = co_await ask(Offer{name, size});",
    "aggregate in std": "co_await ask(std::vector<int>{1, 2});",
    "bare braces": "co_await f({a, b});",
    "empty braces": "co_await f(Options{});",
    "braces around an await": "Pair both{co_await f(), co_await g()};",
    "assigned braces around an await": "Pair both = {co_await f()};",
    "braces in a condition": "if (co_await f(Offer{a})) { g(); }",
    "inside a lambda": "g([&]() -> Task { co_await ask(Offer{name}); });",
    "after a string with a quote": 'log("a \\" ; {"); co_await ask(Offer{name});',
    "after a raw string": 'log(R"x(co_await; " { )" )x"); co_await ask(Offer{name});',
    "after a digit separator": "n = 1'000'000; co_await ask(Offer{name});",
    "in a lambda in a condition": "if (any_of(v, [&](auto& x) { return x; })) { co_await f(c ? 1 : 2); }",
    "in a case": "switch (x) { case 1: co_await f(c ? 1 : 2); break; default: break; }",
    "in a catch of an else": "if (a) { g(); } else if (b) { co_await f({1}); }",
}

GOOD = {
    "plain": "co_await f(X(s));",
    "a result": "auto x = co_await f(1, b);",
    "a condition": "if (co_await f()) g();",
    "a condition with &&": "if (a && co_await f()) { g(); }",
    "a switch": "switch (co_await f()) { case 1: g(); }",
    "a loop": "while (co_await f()) { g(a && b ? 1 : 2); }",
    "a loop over a range": "for (auto&& x : co_await f()) { g(x); }",
    "a loop that names a reference": "while (auto&& x = co_await f()) { g(x); }",
    "&& in another part of for": "for (bool b = a && c; co_await f(b); ) {}",
    "a block after the loop's head": "for (;;) { Offer offer{name}; co_await ask(std::move(offer)); }",
    "a named value before": "Offer offer{name, size}; auto reply = co_await ask(std::move(offer));",
    "a named value in an if": "if (Offer offer{name}; co_await ask(offer)) { g(); }",
    "capture by reference": "co_await f([&] { return c ? 1 : 2; });",
    "capture by named reference": "co_await f([&a, &b = c, this] { return A{a}; });",
    "no capture": "co_await f([](int x) -> std::vector<int> { return {x, 1}; });",
    "capture in another statement": "auto l = [v] { return v; }; co_await f(std::move(l));",
    "await only inside the lambda": "spawn(ex, [v]() -> Task { co_await f(); }, A{1}, c ? 1 : 2);",
    "structured binding": "auto [a, b] = co_await f(); auto& [c, d] = co_await g();",
    "a subscript": "x[i] = co_await f(y[j], g()[k]);",
    "an attribute": "[[maybe_unused]] auto x = co_await f();",
    "in a comment": "co_await f(); // c ? Offer{a} : [v] {}\n/* co_await f({}) */ g(A{});",
    "in a string": 'co_await f("c ? {a} : [v]{}"); g(\'{\', c ? 1 : 2);',
    "in a macro's definition": "#define X(c) \\\n  co_await f(c ? 1 : 2)\nco_await f();",
    "function with its type behind": "auto f() -> asio::awaitable<Result<int>> { A a{1}; co_await g(a); }",
    "constructor with braces": "X::X(int a) : a_{a}, b_{a ? 1 : 2} { spawn(); } Task f() { co_await g(); }",
    "a class with members": "struct A final : B { int x{1}; Task f() { co_await g(); } bool b = c ? 1 : 2; };",
    "a label": "switch (x) { case A::b: co_await f(); break; default: g(c ? 1 : 2); }",
    "a try": "try { co_await f(); } catch (const std::exception& e) { g(c ? 1 : 2); }",
    "a test": 'TEST_CASE("x ? y", "[a]") { run([&]() -> Task { co_await f(); co_return; }); REQUIRE((A{1} == b)); }',
}


class CoAwait(HouseCase):
    def test_bad_code_is_found(self):
        for name, code in BAD.items():
            with self.subTest(name):
                self.assertTrue(co_await.check("Task coroutine() {\n" + code + "\n}\n"))

    def test_bad_code_is_found_once_and_at_its_line(self):
        found = co_await.check("Task f() {\n  g();\n  co_await ask(\n      Offer{name});\n}\n")
        self.assertEqual([line for line, _ in found], [4])

    def test_good_code_is_left_alone(self):
        for name, code in GOOD.items():
            with self.subTest(name):
                self.assertEqual(co_await.check("Task coroutine() {\n" + code + "\n}\n"), [])
                self.assertEqual(co_await.check("namespace a::b {\n" + code + "\n}\n"), [])

    def test_this_tree_keeps_the_rule(self):
        tree = self.project()
        self.assertGreater(len(tree.cpp("src")), 10)
        self.assert_clean([(p, line, what) for p in tree.cpp() for line, what in co_await.check(tree.text(p))])


if __name__ == "__main__":
    unittest.main()
