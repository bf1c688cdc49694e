"""The limits of a server, as its operator sets them: by argument and by configuration, within bounds."""

import os

import p2pc


class Limits(p2pc.Case):
    def wrong_login(self, server, user):
        home = self.home("thief")
        wrong = home.write_password("wrong horse battery", self.path("wrong"))
        return self.run_code(3, "login", user, "--server", server.url, "--password-file", wrong, home=home)

    def test_a_limit_counts_from_the_arguments_or_the_configuration(self):
        configured = self.home("configured")
        os.makedirs(configured.path, mode=0o700)
        self.write_file(os.path.join(configured.path, "config.toml"),
                        b'[serve]\nlimit = ["wrong-passwords=1", "first-block=1m"]\n')
        for server in (self.server(name="told", args=["--limit", "wrong-passwords=1", "--limit", "first-block=1m"]),
                       self.server(name="configured")):
            user = f"user-{server.home.name}"
            owner = self.person(server, user)
            self.assertNotIn("blocked", self.wrong_login(server, user).stderr)
            blocked = self.wrong_login(server, user)
            self.assertIn("blocked", blocked.stderr)
            self.assertRegex(blocked.stderr, r"try again in (60|5\d) s")
            self.run_ok("list", home=owner)

    def test_values_that_turn_a_limit_off_are_2_and_name_what_is_allowed(self):
        home = self.home("server")
        for limit, allowed in (("login-time=0", "from 2s to 1m"), ("login-time=1d", "from 2s to 1m"),
                               ("source-strangers=1000000000", "from 8 to 100000"),
                               ("first-block=2d", "longer than longest-block"), ("bogus=1", "no limit is called")):
            done = self.run_code(2, "serve", "--listen", "tls://127.0.0.1:0", "--limit", limit, home=home)
            self.assertIn(allowed, done.stderr)
            self.assertEqual(done.stderr.count("\n"), 1)
            self.assertFalse(os.path.exists(home.path))


if __name__ == "__main__":
    p2pc.main()
