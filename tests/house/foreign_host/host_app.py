"""Somebody else's app: its own database, sign-in, CSRF protection, home and admin pages."""

from pathlib import Path

from flask import Flask, redirect, render_template, request
from flask_login import LoginManager, UserMixin, current_user, login_required, login_user
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from storefront import Storefront
from storefront.public import HostUser
from storefront.settings import Settings

db = SQLAlchemy()


class Member(db.Model, UserMixin):
    """The host's own table, which has the same short name as nothing of ours."""

    __tablename__ = "member"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(200), unique=True)


def visitor_from() -> HostUser | None:
    """Tell the shop who is signed in here."""
    return HostUser(email=current_user.email) if current_user.is_authenticated else None


def make_host(folder: Path, settings: Settings) -> Flask:
    """Make the host and mount the shop below /store."""
    app = Flask(__name__, template_folder=str(Path(__file__).parent / "templates"))
    app.secret_key = "the host's own secret key, long enough"
    app.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{folder / 'host.sqlite3'}"
    db.init_app(app)
    CSRFProtect(app)
    login = LoginManager(app)
    login.login_view = "sign_in"
    login.user_loader(lambda key: db.session.get(Member, int(key)))
    add_pages(app)
    Storefront(app, db=db, settings=settings, visitor_from=visitor_from)
    with app.app_context():
        Member.metadata.create_all(db.engine)
        db.session.add(Member(email="ana@example.org"))
        db.session.commit()
    return app


def add_pages(app: Flask) -> None:
    """Give the host its own addresses and its own 404."""

    @app.get("/")
    def home() -> str:
        return render_template("layout.html", text="Home of the host")

    @app.get("/admin")
    @login_required
    def admin() -> str:
        return render_template("layout.html", text="Admin of the host")

    @app.route("/sign-in", methods=["GET", "POST"])
    def sign_in():
        if request.method == "POST":
            login_user(db.session.get(Member, 1))
            return redirect("/admin")
        return render_template("sign_in.html")

    @app.errorhandler(404)
    def missing(_error):
        return "The host's 404", 404
