"""What the tests of the operator share: `p2pc admin` at a server of the test."""

import os

import p2pc


class Admin(p2pc.Case):
    def admin(self, *words, code=0, host=None, json=False, **options):
        host = host or self.host
        return self.run_code(code, "admin", "--db", host.database, *words, json=json, **options)

    def records(self, *words, kind, **options):
        return [r for r in self.admin(*words, json=True, **options).records if r["type"] == kind]

    def user(self, name):
        return next(r for r in self.records("users", kind="user") if r["name"] == name)

    def log_in(self, name, code=0, home=None, password=None, **options):
        """A password login as that user at a new home; what it printed."""
        home = home or self.home(f"{name}-at-{len(os.listdir(self.folder))}")
        if password:
            home.write_password(password)
        return self.run_code(code, "login", name, "--server", self.host.url, "--password-file",
                             home.password_file, home=home, **options)

    def audited(self, **fields):
        rows = self.records("audit", kind="audit")
        return [r for r in rows if all(r[key] == value for key, value in fields.items())]
